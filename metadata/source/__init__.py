"""Source files: a description as a folder of YAML that an administrator can read aloud.

`yaml` reads and writes the plain values, `folder` knows which file holds what, `translation` moves
the texts of other languages to files of their own.
"""

from metadata.source.folder import load_folder
from metadata.source.pack import Pack, load_pack
from metadata.source.writer import write_folder

__all__ = ["Pack", "load_folder", "load_pack", "write_folder"]
