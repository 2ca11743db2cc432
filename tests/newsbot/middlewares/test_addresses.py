"""Which addresses are forbidden, and how hosts in URLs are read."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.middlewares.addresses import BadHost, OddAddress, forbidden, read_host


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("0.0.0.1", "this network"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "carriers"),
        ("169.254.169.254", "link-local"),
        ("192.0.0.1", "protocols"),
        ("192.0.2.1", "documentation"),
        ("198.18.0.1", "benchmarks"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::127.0.0.1", "compatible"),
        ("::ffff:127.0.0.1", "mapped"),
        ("::ffff:8.8.8.8", "mapped"),
        ("::ffff:0:7f00:1", "translated"),
        ("64:ff9b::7f00:1", "NAT64"),
        ("64:ff9b:1::1", "NAT64"),
        ("2002:7f00:1::", "6to4"),
        ("2001:0:1::", "Teredo"),
        ("2001:db8::1", "documentation"),
        ("fc00::1", "private"),
        ("fd12:3456::1", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("2606:4700::1%eth0", "not given out"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("4000::1", "not given out"),
        ("localhost", "no address"),
        ("", "no address"),
    ],
)
def test_an_address_that_is_not_public_is_forbidden(address, why):
    assert why in (forbidden(address) or "")


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "172.32.0.1",
        "172.15.0.1",
        "11.0.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "2a00::1",
    ],
)
def test_a_public_address_may_be_connected_to(address):
    assert forbidden(address) is None


@given(st.ip_addresses())
def test_what_is_let_through_is_public_in_the_eyes_of_python_too(address):
    if forbidden(address) is None:
        assert address.is_global and not address.is_multicast


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("News.Example", "news.example"),
        ("news.example.", "news.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("news。example", "news.example"),
        ("my_paper.example", "my_paper.example"),
        ("8.8.8.8", ipaddress.ip_address("8.8.8.8")),
        ("8.8.8.8.", ipaddress.ip_address("8.8.8.8")),
        ("::1", ipaddress.ip_address("::1")),
        ("::ffff:127.0.0.1", ipaddress.ip_address("::ffff:127.0.0.1")),
        ("7news.example", "7news.example"),
        ("0xcafe.example", "0xcafe.example"),
    ],
)
def test_hosts_are_read(host, read):
    assert read_host(host) == read


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("2130706433", "127.0.0.1 (loopback)"),
        ("134744072", "8.8.8.8 (public)"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("10.0x10203", "10.1.2.3"),
        ("1", "0.0.0.1"),
        ("0x1", "0.0.0.1"),
        ("127.0.0.01", "127.0.0.1"),
        ("１２７.０.０.１", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("①②⑦.0.0.1", "127.0.0.1"),
        ("256.1.1.1", "no address"),
        ("1.2.3.4.5", "no address"),
        ("08.1.1.1", "no address"),
        ("4294967296", "no address"),
        ("news.1", "no address"),
    ],
)
def test_every_other_spelling_of_an_address_is_odd(host, meant):
    with pytest.raises(OddAddress) as odd:
        read_host(host)
    assert meant in str(odd.value)


@pytest.mark.parametrize(
    "host",
    [
        "", ".", "..", "a..b", "-a.example", "ex ample.com", "127%2e0.0.1", "a@b", "a/b", "a\\b", "a:b", "[::1", "x" * 254,
        "a\x00b", "a\nb", "fe80::1%eth0", "2606:4700::1%1", "[::1]",
    ],
)  # fmt: skip
def test_what_is_no_host_is_refused(host):
    with pytest.raises(BadHost):
        read_host(host)


@given(st.text(max_size=40))
def test_reading_a_host_ends_in_a_host_or_a_sentence(host):
    try:
        read = read_host(host)
    except BadHost as error:
        assert str(error)
    else:
        assert read_host(str(read)) == read
