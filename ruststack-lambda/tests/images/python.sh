#!/bin/bash
# Writes the files of an image that stands for AWS's Python image, as a tar: this machine's own Python, a runtime
# (BOOTSTRAP, or bootstrap.py beside this script) and what lies in PACKAGES. Nothing is fetched.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
python=$(readlink -f /usr/bin/python3)
name=$(basename "$python")

mkdir -p "$root"/{usr/bin,usr/lib/python3/dist-packages,usr/lib64,var/task,var/runtime,var/lang/bin,opt,tmp,etc,proc,sys,dev}
ln -s usr/bin "$root/bin"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"
chmod 1777 "$root/tmp"
cp "$python" "$root/usr/bin/$name"
ln -s "$name" "$root/usr/bin/python3"
ln -s "/usr/bin/$name" "$root/var/lang/bin/python3"
for program in dash cat sleep; do cp "$(command -v $program)" "$root/usr/bin/$program"; done
ln -s dash "$root/usr/bin/sh"
tar -C / -cf - --exclude='*/test' --exclude='*/tests' --exclude='*/__pycache__' --exclude='*/config-3*' \
    --exclude='*/idlelib' --exclude='*/lib2to3' --exclude='*/ensurepip' --exclude='*/tkinter' \
    --exclude='*/turtledemo' --exclude='*/pydoc_data' "usr/lib/$name" | tar -C "$root" -xf -

# The shared libraries of the programs and of every module.
ldd "$python" /bin/dash /bin/cat /bin/sleep "$root/usr/lib/$name"/lib-dynload/*.so 2>/dev/null |
    grep -oE '/[^ ]+\.so[^ ]*' | grep -v "^$root" | sort -u | while read -r library; do
    folder=$(dirname "$library")
    case $folder in /lib*) folder=/usr$folder ;; esac
    mkdir -p "$root$folder"
    cp -L "$library" "$root$folder/"
done

if [ -n "${PACKAGES:-}" ]; then cp -r "$PACKAGES/." "$root/usr/lib/python3/dist-packages/"; fi
cp "${BOOTSTRAP:-$here/bootstrap.py}" "$root/var/runtime/bootstrap.py"
cat >"$root/var/runtime/bootstrap" <<'RUN'
#!/bin/sh
exec /var/lang/bin/python3 /var/runtime/bootstrap.py
RUN
cat >"$root/lambda-entrypoint.sh" <<'RUN'
#!/bin/sh
if [ $# -ne 1 ]; then
    echo "entrypoint requires the handler name to be the first argument" 1>&2
    exit 142
fi
export _HANDLER="$1"
exec /var/runtime/bootstrap
RUN
chmod 755 "$root/var/runtime/bootstrap" "$root/lambda-entrypoint.sh"
"$python" -m compileall -q -s "$root" -p / "$root/usr/lib/$name" "$root/usr/lib/python3" "$root/var/runtime" || true
tar -C "$root" -cf - .
