"""Letters that look like Latin ones."""

LOOK_ALIKE = dict(
    zip(
        "АВЕЅZІЈКМНОРСТУХаеѕіјорсухԁһӏԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧνορϲϳɑıΙ",
        "ABESZIJKMHOPCTYXaesijopcyxdhlqwABEZHIKMNOPTYXvopcjaiI",
        strict=True,
    )
)
"""Letters of the Cyrillic and Greek scripts, and the Latin ones that look the same in most typefaces."""
