"""HTML forms as a browser would post them."""

import botocore.awsrequest
import botocore.httpsession
from urllib3.filepost import encode_multipart_formdata


def encode(fields, file="abcdef", filename="file"):
    """Body and content type of a form; without a name the file is a field as others are."""
    content = (filename, file) if filename is not None else file
    return encode_multipart_formdata([*fields.items(), ("file", content)])


def send(url, body, content_type):
    request = botocore.awsrequest.AWSRequest("POST", url, data=body, headers={"Content-Type": content_type})
    return botocore.httpsession.URLLib3Session().send(request.prepare())


def post(presigned, file="abcdef", filename="file", **changes):
    """Posts a form made by `generate_presigned_post`; fields of changes replace its own, those that are None go."""
    fields = {**presigned["fields"], **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    return send(presigned["url"], *encode(fields, file, filename))
