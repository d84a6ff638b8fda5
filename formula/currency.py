"""How many decimals a currency has, where it is not two (ISO 4217)."""

from __future__ import annotations

WITHOUT_CENTS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
WITH_MILLS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905


def decimals_of(code: str) -> int:
    """Return the decimals of a currency, in any case of letters; two where it is not known."""
    known = code.upper()
    if known in WITHOUT_CENTS:
        return 0
    return 3 if known in WITH_MILLS else 2
