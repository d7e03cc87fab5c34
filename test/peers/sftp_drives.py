"""An SFTP server over standard input and output that shows a folder as drive C: of Windows; the protocol is paramiko's.

    python sftp_drives.py [--names win32|cygwin|msys] [--home /C:/Users/NAME] DRIVE_C_FOLDER

As a line of sshd_config:  Subsystem sftp /path/to/python /path/to/sftp_drives.py /path/to/drive_c

What of Windows' file system and of its OpenSSH is kept:
  * `/C:/Temp/x` is DRIVE_C_FOLDER/Temp/x, in any case of letters; backslashes are separators too; there is no drive
    but C:, and above the drives nothing can be written;
  * `--names cygwin` calls the drive `/cygdrive/c`, `--names msys` calls it `/c`, as the servers of those layers do;
  * `realpath .` is the home folder (C:/ when it is not told), from which relative names go out;
  * names are UTF-8; `rename` fails when the new name is taken, `posix-rename@openssh.com` replaces it;
  * a file that another has open can be removed and renamed (OpenSSH opens with FILE_SHARE_DELETE).
What is not: locks, attributes, alternate streams, reserved names, names in 8.3 form.

Symbolic links are followed out of the folder too: it is for tests.
"""

import argparse
import os
import sys

from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

PREFIXES = {"win32": "/C:", "cygwin": "/cygdrive/c", "msys": "/c"}


class Above(Exception):
    """A place that is on no drive: the root itself, or a drive that is not there."""


class Drives:
    """Names of SFTP to files below the folder."""

    def __init__(self, folder, prefix, home):
        self.folder = folder
        self.prefix = prefix
        self.home = home

    def absolute(self, name):
        """In the form that `realpath` gives, without `.`, `..` and doubled slashes."""
        name = name.replace("\\", "/")
        if len(name) > 1 and name[1] == ":":
            name = "/" + name
        parts = []
        for part in (name if name.startswith("/") else self.home + "/" + name).split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part not in ("", "."):
                parts.append(part)
        path = "/" + "/".join(parts)
        return path + "/" if path.lower() == self.prefix.lower() and ":" in path else path

    def is_root(self, name):
        """Whether it is one of the folders above the drive."""
        path = self.absolute(name).rstrip("/").lower()
        return self.prefix.lower().startswith(path + "/") or path == ""

    def local(self, name):
        path = self.absolute(name).rstrip("/")
        prefix = self.prefix.lower()
        if path.lower() != prefix and not path.lower().startswith(prefix + "/"):
            raise Above(name)
        place = self.folder
        for part in path[len(prefix):].split("/"):
            if part:
                place = os.path.join(place, spelled(place, part))
        return place


def spelled(folder, name):
    """The name as it stands in the folder, whatever the case of its letters; itself when there is none."""
    if os.path.lexists(os.path.join(folder, name)):
        return name
    try:
        names = os.listdir(folder)
    except OSError:
        return name
    return next((other for other in names if other.lower() == name.lower()), name)


def answered(act):
    """Turns what goes wrong into the status that SFTP has for it."""

    def wrapped(*arguments):
        try:
            return act(*arguments)
        except Above:
            return SFTP_NO_SUCH_FILE
        except OSError as error:
            return SFTPServer.convert_errno(error.errno)

    return wrapped


class OpenFile(SFTPHandle):
    def __init__(self, descriptor):
        super().__init__()
        self.descriptor = descriptor

    def close(self):
        os.close(self.descriptor)

    @answered
    def read(self, offset, length):
        return os.pread(self.descriptor, length, offset)

    @answered
    def write(self, offset, data):
        while data:
            written = os.pwrite(self.descriptor, data, offset)
            offset += written
            data = data[written:]
        return SFTP_OK

    @answered
    def stat(self):
        return SFTPAttributes.from_stat(os.fstat(self.descriptor))

    @answered
    def chattr(self, attr):
        if attr.st_size is not None:
            os.ftruncate(self.descriptor, attr.st_size)
        return SFTP_OK


class Files(SFTPServerInterface):
    def __init__(self, _server, drives):
        super().__init__(_server)
        self.drives = drives

    @answered
    def open(self, path, flags, _attr):
        place = self.drives.local(path)
        if os.path.isdir(place):
            return SFTP_FAILURE
        return OpenFile(os.open(place, flags, 0o666))

    @answered
    def stat(self, path):
        if self.drives.is_root(path):
            return SFTPAttributes.from_stat(os.stat(self.drives.folder), path)
        return SFTPAttributes.from_stat(os.stat(self.drives.local(path)), path)

    lstat = stat

    @answered
    def list_folder(self, path):
        if self.drives.is_root(path):
            above = self.drives.absolute(path).rstrip("/")
            name = self.drives.prefix[len(above):].split("/")[1]
            return [SFTPAttributes.from_stat(os.stat(self.drives.folder), name)]
        place = self.drives.local(path)
        return [
            SFTPAttributes.from_stat(os.stat(os.path.join(place, name)), name)
            for name in os.listdir(place)
            if os.path.exists(os.path.join(place, name))
        ]

    @answered
    def remove(self, path):
        os.remove(self.drives.local(path))
        return SFTP_OK

    @answered
    def rename(self, old, new):
        if os.path.lexists(self.drives.local(new)):
            return SFTP_FAILURE
        return self.posix_rename(old, new)

    @answered
    def posix_rename(self, old, new):
        os.replace(self.drives.local(old), self.drives.local(new))
        return SFTP_OK

    @answered
    def mkdir(self, path, _attr):
        if self.drives.is_root(path):
            return SFTP_PERMISSION_DENIED
        os.mkdir(self.drives.local(path))
        return SFTP_OK

    @answered
    def rmdir(self, path):
        os.rmdir(self.drives.local(path))
        return SFTP_OK

    @answered
    def chattr(self, path, attr):
        place = self.drives.local(path)
        if attr.st_size is not None:
            os.truncate(place, attr.st_size)
        return SFTP_OK

    def canonicalize(self, path):
        return self.drives.absolute(path)


class StandardStreams:
    """What paramiko asks of a channel and of its transport, over the streams that sshd gives to a subsystem."""

    def get_transport(self):
        return self

    def get_log_channel(self):
        return "sftp-drives"

    def get_hexdump(self):
        return False

    def get_name(self):
        return "standard streams"

    def recv(self, length):
        return os.read(0, length)

    def send(self, data):
        return os.write(1, data)

    def close(self):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--names", choices=sorted(PREFIXES), default="win32")
    parser.add_argument("--home")
    parser.add_argument("folder")
    options = parser.parse_args()
    prefix = PREFIXES[options.names]
    drives = Drives(os.path.abspath(options.folder), prefix, options.home or prefix)
    streams = StandardStreams()
    server = SFTPServer(streams, "sftp", None, Files, drives)
    server.start_subsystem("sftp", streams, streams)
    server.finish_subsystem()


if __name__ == "__main__":
    sys.exit(main())
