"""The files of a folder as a disk may have them after a power cut, from the journal that unsynced.c kept of them.

What was synced is there. Of the rest a disk may have nothing, or any of the blocks written, in any order; of names made or removed in a
folder that was not synced since, it may have any number, the earlier ones first.
"""

import os
import random
import shutil
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD = struct.Struct("<7Q")
MAGIC = 0x31313153484E
WRITE, LENGTH, SYNC, CREATE, UNLINK, RENAME, LINK = range(1, 8)
BLOCK = 4096


def build(folder):
    """Compiles the layer."""
    layer = os.path.join(folder, "unsynced.so")
    built = subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", layer, os.path.join(HERE, "unsynced.c"), "-ldl"], check=False)
    if built.returncode:
        sys.exit("FAILED: the layer cannot be compiled; scripts/setup test installs a C compiler")
    return layer


class Layer:
    """Follows what programs write below `folder` from now on."""

    def __init__(self, library, folder):
        self.folder, self.journal, self.before = os.path.realpath(folder), f"{folder}.journal", f"{folder}.before"
        for old in (self.journal, self.before):
            if os.path.isdir(old):
                shutil.rmtree(old)
            elif os.path.exists(old):
                os.remove(old)
        # What is there now is taken to be on the disk.
        shutil.copytree(self.folder, self.before, symlinks=True)
        self.folders, self.names = {}, {}
        for here, _, files in os.walk(self.folder):
            self.folders[os.stat(here).st_ino] = here
            for name in files:
                path = os.path.join(here, name)
                self.names[path] = (os.stat(path).st_ino, 0)
        with open(self.journal, "wb"):
            pass
        os.chmod(self.journal, 0o666)
        self.environment = {"LD_PRELOAD": library, "NHS111_UNSYNCED_FOLDER": self.folder, "NHS111_UNSYNCED_JOURNAL": self.journal}

    def after_power_cut(self):
        """What the journal tells, once every program has ended."""
        self.owners = {}
        for here, _, files in os.walk(self.folder):
            self.folders.setdefault(os.stat(here).st_ino, here)
            for path in [here, *(os.path.join(here, name) for name in files)]:
                self.owners[path] = os.stat(path)
        return Disk(self)


class Disk:
    def __init__(self, layer):
        self.layer = layer
        # Of each file, by its inode and how often that was given away: what was done to it, and up to where that was synced.
        self.done, self.synced = {}, {}
        # What was done to the names of each folder, and up to where that was synced.
        self.named, self.named_synced = {}, {}
        self.syncs = self.writes = 0
        generations = {}
        with open(layer.journal, "rb") as file:
            journal = file.read()
        for at, (kind, inode, place, size), name, other, content in records(journal):
            who = (inode, generations.get(inode, 0))
            if kind == WRITE:
                self.writes += 1
                self.done.setdefault(who, []).append((at, WRITE, place, content))
            elif kind == LENGTH:
                self.done.setdefault(who, []).append((at, LENGTH, size, None))
            elif kind == SYNC and inode in layer.folders:
                self.named_synced[layer.folders[inode]] = place
            elif kind == SYNC:
                self.syncs += 1
                self.synced[who] = place
            elif kind == CREATE:
                generations[inode] = who[1] + 1 if inode in generations or self.is_known(inode) else 0
                who = (inode, generations[inode])
                self.named.setdefault(os.path.dirname(name), []).append((at, CREATE, name, who))
            else:
                self.named.setdefault(os.path.dirname(other or name), []).append((at, kind, name, other))

    def is_known(self, inode):
        return any(known == inode for known, _ in self.layer.names.values())

    def rebuild(self, folder, keep, seed=0):
        """The files in a new folder; `keep` is what is kept of what was not synced: "nothing" or "part" (by the seed)."""
        dice = random.Random(seed)
        names = self.names(keep, dice)
        if os.path.isdir(folder):
            shutil.rmtree(folder)
        for here in self.layer.folders.values():
            os.makedirs(moved(here, self.layer.folder, folder), exist_ok=True)
        for here in self.layer.folders.values():
            self.own(here, moved(here, self.layer.folder, folder))
        lost = 0
        first = {who: path for path, who in self.layer.names.items()}
        for path, who in names.items():
            content = bytearray()
            if who in first:
                with open(moved(first[who], self.layer.folder, self.layer.before), "rb") as file:
                    content = bytearray(file.read())
            lost += self.fill(content, who, keep, dice)
            target = moved(path, self.layer.folder, folder)
            with open(target, "wb") as file:
                file.write(content)
            self.own(path, target)
        return lost

    def own(self, path, target):
        """Owner and mode as they were; a file that was there no more gets those of its folder."""
        was = self.layer.owners.get(path)
        if was is None:
            was, mode = self.layer.owners[os.path.dirname(path)], 0o600
        else:
            mode = was.st_mode & 0o777
        os.chown(target, was.st_uid, was.st_gid)
        os.chmod(target, mode)

    def names(self, keep, dice):
        """The file of each path."""
        done = []
        for folder, all_done in self.named.items():
            certain = self.named_synced.get(folder, 0)
            later = [one for one in all_done if one[0] >= certain]
            kept = dice.randint(0, len(later)) if keep == "part" else 0
            done += [one for one in all_done if one[0] < certain] + later[:kept]
        names = dict(self.layer.names)
        for _, kind, name, other in sorted(done, key=lambda one: one[0]):
            if kind == CREATE:
                names[name] = other
            elif kind == UNLINK:
                names.pop(name, None)
            elif name in names:
                names[other] = names[name]
                if kind == RENAME:
                    del names[name]
        return names

    def fill(self, content, who, keep, dice):
        """Brings a file to where the disk has it; how many bytes that were written are not there."""
        certain, lost = self.synced.get(who, 0), 0
        for at, kind, place, written in self.done.get(who, []):
            if kind == LENGTH:
                if at < certain or (keep == "part" and dice.random() < 0.5):
                    resize(content, place)
                continue
            for start, piece in blocks(place, written) if at >= certain else [(place, written)]:
                if at >= certain and not (keep == "part" and dice.random() < 0.5):
                    lost += len(piece)
                    continue
                if len(content) < start + len(piece):
                    resize(content, start + len(piece))
                content[start : start + len(piece)] = piece
        return lost


def records(journal):
    """Each whole record with its place. A program that was killed may have left a part of one."""
    at = 0
    while at + RECORD.size <= len(journal):
        magic, kind, inode, place, size, name, other = RECORD.unpack_from(journal, at)
        length = size if kind == WRITE else 0
        end = at + RECORD.size + name + other + length
        if magic != MAGIC or end > len(journal):
            following = journal.find(MAGIC.to_bytes(8, "little"), at + 1)
            if following < 0:
                return
            at = following
            continue
        first = at + RECORD.size
        text = [os.path.normpath(journal[start:stop].decode()) if stop > start else "" for start, stop in ((first, first + name), (first + name, first + name + other))]
        yield at, (kind, inode, place, size), *text, journal[end - length : end]
        at = end


def blocks(place, written):
    start = 0
    while start < len(written):
        size = min(BLOCK - (place + start) % BLOCK, len(written) - start)
        yield place + start, written[start : start + size]
        start += size


def resize(content, length):
    if len(content) > length:
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def moved(path, old, new):
    return new + path[len(old) :]
