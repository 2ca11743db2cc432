"""Query parameters that say who came from where, and never which article is meant: data."""

from __future__ import annotations

import re
from typing import Final

# Sources: the parameters that newsletters, advertising networks and social sites add to links of others
# (Google Ads and Analytics, Meta, Microsoft, Mailchimp, HubSpot, Marketo, Piano, AT Internet, Matomo), and
# those that big outlets add to links of their own feeds.
# fmt: off
PREFIXES: Final = ("utm_", "pk_", "mtm_", "hsa_", "at_custom", "at_link", "ns_", "oly_", "vero_", "wt.", "__hs")
NAMES: Final = frozenset({
    "fbclid", "gclid", "dclid", "gclsrc", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "li_fat_id",
    "igshid", "igsh", "epik", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "s_kwcid", "s_cid", "cmpid", "icid",
    "icmp", "ocid", "smid", "smtyp", "ito", "xtor", "xtref", "_ga", "_gl", "_ke", "trk_contact", "trk_msg",
    "trk_module", "trk_sid", "traffic_source", "tblci", "taid", "soc_src", "soc_trk", "__twitter_impression",
    "guccounter", "guce_referrer", "guce_referrer_sig", "ref_src", "ref_url", "ftag", "cmp", "wtrid", "spm",
    "share_token", "sharetype", "at_medium", "at_campaign", "at_format", "at_bbc_team", "at_ptr_name",
})
SESSIONS: Final = frozenset({
    "jsessionid", "phpsessid", "sessionid", "session_id", "aspsessionid", "sessid", "cfid", "cftoken", "zenid",
})
# fmt: on
# `sid` and `s` are session ids on some sites and article numbers on others (PHP-Nuke: article.php?sid=123).
# Only a value that cannot be a number or a word is taken for a session.
_MAYBE_SESSIONS: Final = frozenset(("sid", "s"))
_SESSION_VALUE: Final = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-zA-Z]*[a-zA-Z])[0-9a-zA-Z]{20,}")


def says_nothing(name: str, value: str) -> bool:
    """Whether a query parameter tells nothing about which page is meant."""
    name = name.lower()
    if name in NAMES or name in SESSIONS or name.startswith(PREFIXES) or name.startswith("aspsessionid"):
        return True
    return name in _MAYBE_SESSIONS and _SESSION_VALUE.fullmatch(value) is not None
