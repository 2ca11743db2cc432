"""Which pictures belong to an article, at which address, with which caption and credit."""

from __future__ import annotations

import pytest

from pipelines.clean.caption import split
from pipelines.clean.pictures import MAX_IMAGES
from pipelines.items import Image

from .made_page import STORY, article, read

AT = "https://www.post.example"


def images(html: str, **page: object) -> tuple[Image, ...]:
    body = f"<main><article><h1>Pier vote</h1>{html}{STORY}</article></main>"
    return read(body=body, **page).images  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("printed", "caption", "credit"),
    [
        ("The pier in March. Photo: Jo Marsh/Reuters", "The pier in March.", "Jo Marsh/Reuters"),
        ("The pier in March (Photo by Jo Marsh)", "The pier in March", "Jo Marsh"),
        ("The pier in March. (AP Photo/Jo Marsh, File)", "The pier in March.", "AP Photo/Jo Marsh, File"),
        ("The pier | Getty Images", "The pier", "Getty Images"),
        ("Der Pier im März. Foto: Jo Marsh/dpa", "Der Pier im März.", "Jo Marsh/dpa"),
        ("Der Pier (Symbolfoto: picture alliance/dpa | J. Marsh)", "Der Pier", "picture alliance/dpa | J. Marsh"),
        ("Der Pier. © Jo Marsh / Agentur", "Der Pier.", "Jo Marsh / Agentur"),
        ("La jetée en mars. Crédit photo : Jo Marsh", "La jetée en mars.", "Jo Marsh"),
        ("El muelle en marzo. Fotografía: Jo Marsh", "El muelle en marzo.", "Jo Marsh"),
        ("Molo w marcu. Fot. Jo Marsh", "Molo w marcu.", "Jo Marsh"),
        ("Molo w marcu. Fot.: Jo Marsh", "Molo w marcu.", "Jo Marsh"),
        ("Пирс в марте. Фото: Джо Марш", "Пирс в марте.", "Джо Марш"),
        ("الرصيف في مارس. تصوير: جو مارش", "الرصيف في مارس.", "جو مارش"),
        ("三月の桟橋（写真：共同通信）", "三月の桟橋", "共同通信"),
        ("İskele. Fotoğraf: Jo Marsh", "İskele.", "Jo Marsh"),
        ("Photo: Jo Marsh", None, "Jo Marsh"),
        ("The photo shows the pier in March.", "The photo shows the pier in March.", None),
        ("The source: a spring below the pier. It gave water to the town for two hundred years, until the storm of last winter "
         "tore away the wall that kept the sea from it, and with it the well house and the old bridge of the harbour.",
         "The source: a spring below the pier. It gave water to the town for two hundred years, until the storm of last winter "
         "tore away the wall that kept the sea from it, and with it the well house and the old bridge of the harbour.", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_caption_and_credit_as_printed(printed: str, caption: str | None, credit: str | None) -> None:
    assert split(printed) == (caption, credit)


@pytest.mark.parametrize(
    ("html", "caption", "credit"),
    [
        pytest.param("<figure><img src='/a.jpg'><figcaption>The pier <cite>AP/Jo Marsh</cite></figcaption></figure>",
                     "The pier", "AP/Jo Marsh", id="figcaption with cite"),
        pytest.param("<figure><div><picture><img src='/a.jpg'></picture></div><figcaption><span class='figure__text'>The pier</span>"
                     "<span class='figure__copyright'>© Jo Marsh/dpa</span></figcaption></figure>",
                     "The pier", "Jo Marsh/dpa", id="a part named for the credit"),
        pytest.param("<figure><img src='/a.jpg'><figcaption><span class='visually-hidden'>Image caption,</span> The pier</figcaption></figure>",
                     "The pier", None, id="words for screen readers are left out"),
        pytest.param("<div class='wp-caption'><a href='/a.jpg'><img src='/a.jpg'></a><p class='wp-caption-text'>The pier. Photo: Jo</p></div>",
                     "The pier.", "Jo", id="WordPress before figures"),
        pytest.param("<div><div><img src='/a.jpg'></div><div class='image-caption'>The pier</div></div>",
                     "The pier", None, id="a block named caption"),
        pytest.param("<div><img src='/a.jpg'><img src='/b.jpg'><p class='caption'>Whose?</p></div>",
                     None, None, id="a caption of several pictures is nobody's"),
        pytest.param("<p><img src='/a.jpg'></p>", None, None, id="no caption"),
    ],
)  # fmt: skip
def test_caption_and_credit_of_a_picture(html: str, caption: str | None, credit: str | None) -> None:
    found = images(html)[0]

    assert (found.url, found.caption, found.credit) == (f"{AT}/a.jpg", caption, credit)


@pytest.mark.parametrize(
    ("img", "address"),
    [
        ("<img src='/a.jpg'>", "/a.jpg"),
        ("<img src='data:image/gif;base64,R0lG' data-src='/a.jpg'>", "/a.jpg"),
        ("<img src='/placeholder.png' data-lazy-src='/a.jpg'>", "/a.jpg"),
        ("<img src='/s.jpg' srcset='/s.jpg 300w, /l.jpg 1200w,/m.jpg 600w'>", "/l.jpg"),
        ("<img src='/s.jpg' srcset='/s.jpg, /d.jpg 2x'>", "/d.jpg"),
        (
            "<img src='/s.jpg' srcset='/c_fill,w_300/a.jpg 300w, /c_fill,w_900/a.jpg 900w'>",
            "/c_fill,w_900/a.jpg",
        ),
        ("<picture><source srcset='/l.webp 1200w, /m.webp 600w'><img src='/s.jpg'></picture>", "/l.webp"),
        ("<amp-img src='/a.jpg'></amp-img>", "/a.jpg"),
        ("<img src='//cdn.example/a.jpg'>", "https://cdn.example/a.jpg"),
    ],
)
def test_the_largest_address(img: str, address: str) -> None:
    assert [image.url for image in images(f"<figure>{img}</figure>")] == [
        address if address.startswith("http") else AT + address
    ]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<img src='/pixel.gif?x=1' width='1' height='1'>", id="a pixel that counts readers"),
        pytest.param("<img src='/assets/logo.png'>", id="a logo"),
        pytest.param("<img src='/a.jpg' class='author-avatar'>", id="a face"),
        pytest.param("<img src='https://secure.gravatar.com/avatar/1.jpg'>", id="a gravatar"),
        pytest.param("<img src='/icons/mail.svg'>", id="a drawing"),
        pytest.param("<img src='/a.jpg' width='60' height='60'>", id="small by its attributes"),
        pytest.param("<img src='/img/1736701-150x84.jpg'>", id="small by its address"),
        pytest.param("<a href='/other/story'><img src='/a.jpg'></a>", id="a teaser of another article"),
        pytest.param(
            "<div class='related-posts'><img src='/a.jpg'></div>", id="in a block with other articles"
        ),
        pytest.param("<aside><img src='/a.jpg'></aside>", id="aside"),
        pytest.param(
            "<img src='javascript:alert(1)'><img src='data:image/png;base64,AA'><img>", id="no web address"
        ),
    ],
)
def test_pictures_that_are_not_the_articles(html: str) -> None:
    assert images(html) == ()


def test_what_stands_behind_the_text_needs_a_caption() -> None:
    cards = "<div><img src='/card.jpg'></div><figure><img src='/last.jpg'><figcaption>The end</figcaption></figure>"
    found = read(body=f"<article><h1>Pier vote</h1>{STORY}{cards}</article>").images

    assert [image.url for image in found] == [f"{AT}/last.jpg"]


def test_json_ld_fills_what_the_page_leaves_open_and_leads() -> None:
    lead = {
        "@type": "ImageObject",
        "url": f"{AT}/lead.jpg",
        "caption": "The hall",
        "creditText": "© Jo Marsh",
    }
    second = {
        "@type": "ImageObject",
        "url": f"{AT}/pier-of-the-town-1200x675.jpg",
        "author": {"name": "Ann Lee"},
    }
    found = images(
        "<figure><img src='/pier-of-the-town-800x450.jpg'><figcaption>The pier</figcaption></figure>",
        node=article(headline="Pier vote", image=[lead, second]),
    )

    assert found == (
        Image(f"{AT}/lead.jpg", "The hall", "Jo Marsh"),
        Image(f"{AT}/pier-of-the-town-800x450.jpg", "The pier", "Ann Lee"),
    )


def test_an_image_named_by_reference_is_looked_up() -> None:
    graph = [
        article(headline="Pier vote", image={"@id": f"{AT}/harbour/pier/#primaryimage"}),
        {"@type": "ImageObject", "@id": f"{AT}/harbour/pier/#primaryimage", "url": f"{AT}/a.jpg"},
    ]
    assert read(node={"@graph": graph}).image == f"{AT}/a.jpg"


def test_each_once_and_not_more_than_the_limit() -> None:
    many = "".join(f"<p><img src='/picture-of-the-day-{n}.jpg'></p>" * 2 for n in range(MAX_IMAGES + 10))

    assert len(images(many)) == MAX_IMAGES == len({image.url for image in images(many)})
