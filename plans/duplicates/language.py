"""What the finder knows of languages: small words, odd plurals, confused pairs, abbreviations."""

_SMALL = """
a an the of and or in on for to with from by at as into de la le les el los las del du des et
y e o a da do das dos em para por pour en con com
"""
SMALL = frozenset(_SMALL.split())
"""Words that carry no meaning of their own in a name; in English, French, Spanish, Portuguese."""

_UNCHANGING = """
access address analysis apparatus basis bias bonus bus business campus campuses census chaos
congress consensus corps crisis diagnosis economics emphasis ethics focus gas genesis glass
goods hypothesis illness kudos lens loss mass news oasis physics plus politics premises
process progress series species status stress success synthesis tennis thesis virus wellness
logistics genetics genomics robotics mathematics statistics analytics dynamics mechanics
customs arms means works sports
"""
UNCHANGING = frozenset(_UNCHANGING.split())
"""Words whose last s belongs to them."""

IRREGULAR = {
    "women": "woman",
    "men": "man",
    "children": "child",
    "people": "person",
    "persons": "person",
    "analyses": "analysis",
    "crises": "crisis",
    "bases": "basis",
    "processes": "process",
    "businesses": "business",
    "viruses": "virus",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "lives": "life",
    "leaves": "leaf",
    "wives": "wife",
    "halves": "half",
    "indices": "index",
    "matrices": "matrix",
}

OPPOSITES = (
    "un", "in", "im", "il", "ir", "non", "dis", "de", "re", "pre", "post", "anti", "sub", "super",
    "over", "under", "inter", "intra", "trans", "micro", "macro", "multi", "bio", "eco", "geo",
    "agro", "co", "mis", "ex", "en", "em", "bi", "mono", "pro", "self",
)  # fmt: skip
"""Beginnings that make another word of a word."""

_CONFUSED = """
digitization/digitalization digitizing/digitalizing contact/contract county/country
statutory/statuary complement/compliment principal/principle stationary/stationery
personal/personnel causal/casual marital/martial adaption/adoption immigration/emigration
immigrant/emigrant affective/effective mediation/meditation through/thorough
industrial/industrious continual/continuous historic/historical prospective/perspective
competence/competition conservation/conversation qualitative/quantitative quality/quantity
production/protection farming/framing productive/protective inclusion/incision
"""
CONFUSED = frozenset(frozenset(pair.split("/")) for pair in _CONFUSED.split())
"""Pairs of real words that look like a typing error of each other and are not."""

EXPANSIONS: dict[str, str] = {
    "ai": "artificial intelligence",
    "ar": "augmented reality",
    "cbo": "community based organization",
    "cso": "civil society organization",
    "drm": "disaster risk management",
    "drr": "disaster risk reduction",
    "ngo": "non governmental organization",
    "gbv": "gender based violence",
    "gis": "geographic information system",
    "ict": "information and communication technology",
    "iot": "internet of things",
    "ml": "machine learning",
    "mse": "micro and small enterprise",
    "msme": "micro small and medium enterprise",
    "nlp": "natural language processing",
    "nbs": "nature based solution",
    "ppp": "public private partnership",
    "pwd": "person with disability",
    "sdg": "sustainable development goal",
    "sme": "small and medium enterprise",
    "stem": "science technology engineering and mathematics",
    "ux": "user experience",
    "vr": "virtual reality",
    "wash": "water sanitation and hygiene",
}
"""What well-known abbreviations stand for, in the singular."""
