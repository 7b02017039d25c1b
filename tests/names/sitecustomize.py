"""Names below our local domains are this machine, whatever the resolver knows.

Python imports a module of this name on its own when its folder is in PYTHONPATH: so command-line clients learn it, too.
"""

import socket

LOCAL_SUFFIXES = (".localhost.localstack.cloud", ".localhost")
_getaddrinfo = socket.getaddrinfo


def _local(host, *arguments, **options):
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, str) and name.rstrip(".").endswith(LOCAL_SUFFIXES):
        host = "127.0.0.1"
    return _getaddrinfo(host, *arguments, **options)


socket.getaddrinfo = _local
