"""Packs: descriptions with sample data, and what installs them.

A pack is a folder of YAML and CSV; the shipped ones lie beside this file. Reading the YAML is
`metadata`'s business, writing the records `runtime`'s: a pack has no way in of its own.
"""

from seeds.loader import Installed, install_pack
from seeds.pack import SignIn, pack_folder
from seeds.problem import PackDataInvalid, PackUnknown

__all__ = [
    "Installed",
    "PackDataInvalid",
    "PackUnknown",
    "SignIn",
    "install_pack",
    "pack_folder",
]
