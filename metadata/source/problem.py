"""What can be wrong with a file before anybody asks what it means."""

from __future__ import annotations

from paas.kernel import Finding, Kind, Problem


class SourceInvalid(Problem):
    """The source files cannot be read."""

    code = "metadata.source_invalid"
    kind = Kind.INVALID
    zh = "源文件无法读取：有 {count} 处问题。"
    en = "The source files cannot be read: {count} findings."


SYNTAX = Finding(
    "source.syntax",
    "{file} 第 {line} 行：不是有效的 YAML（{reason}）。",
    "{file}, line {line}: this is not valid YAML ({reason}).",
)
NOT_TEXT = Finding(
    "source.not_text",
    "{file} 不是 UTF-8 文本文件。",
    "{file} is not a text file in UTF-8.",
)
TOO_LARGE = Finding(
    "source.too_large",
    "{file} 超过 {limit} 字节。",
    "{file} has more than {limit} bytes.",
)
TOO_DEEP = Finding(
    "source.too_deep",
    "{file} 第 {line} 行：嵌套超过 {limit} 层。",
    "{file}, line {line}: nested more than {limit} levels deep.",
)
ALIAS = Finding(
    "source.alias",
    "{file} 第 {line} 行：不支持 YAML 锚点与别名。",
    "{file}, line {line}: anchors and aliases are not taken.",
)
TAG = Finding(
    "source.tag",
    "{file} 第 {line} 行：不支持 YAML 标签 {tag}。",
    "{file}, line {line}: the tag {tag} is not taken.",
)
KEY_TWICE = Finding(
    "source.key_twice",
    "{file} 第 {line} 行：键“{key}”重复。",
    "{file}, line {line}: the key “{key}” occurs twice.",
)
KEY_NOT_TEXT = Finding(
    "source.key_not_text",
    "{file} 第 {line} 行：键必须是文本。",
    "{file}, line {line}: keys must be text.",
)
TWO_DOCUMENTS = Finding(
    "source.two_documents",
    "{file} 第 {line} 行：一个文件只能有一个 YAML 文档。",
    "{file}, line {line}: a file holds one YAML document.",
)
NOT_A_MAPPING = Finding(
    "source.not_a_mapping",
    "{file} 第 {line} 行：此处应为一组键与值。",
    "{file}, line {line}: keys with values belong here.",
)
TRANSLATION_LOST = Finding(
    "source.translation_lost",
    "{file} 第 {line} 行：没有可翻译的“{key}”。",
    "{file}, line {line}: there is nothing named “{key}” to translate.",
)
NO_FOLDER = Finding("source.no_folder", "没有文件夹 {file}。", "There is no folder {file}.")
