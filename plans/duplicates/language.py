"""What the finder knows of words in English, French, Spanish and Portuguese.

Which are small, which plurals are odd, which pairs are easily confused, and what well-known
abbreviations stand for. What is written here are general words, never the terms of one list.
"""

_ARTICLES = """
a an the la le les el los las os as
"""
ARTICLES = frozenset(_ARTICLES.split())
"""Words that say nothing at all."""

_JOINING = """
and or et ou y o u e und
"""
JOINING = frozenset(_JOINING.split())
"""Words between things of which there are several; a comma and a slash are another such word."""

_LEADING = {
    "of": "of de du des del da do das dos",
    "for": "for pour para por",
    "in": "in en em dans nos nas",
    "to": "to au aux al ao aos",
    "on": "on sobre",
    "with": "with avec con com",
}
LEADING = {word: meaning for meaning, words in _LEADING.items() for word in words.split()}
"""Words after which comes what the thing before is about, and what each means. Those that show a
direction, and are no small words for that reason (from, by, against, without), are not among them.
"""

SMALL = ARTICLES | JOINING | LEADING.keys()
"""Words that carry no meaning of their own in a name."""

_UNCHANGING = """
access address analysis apparatus basis bias bonus bus business campus campuses census chaos
congress consensus corps crisis diagnosis economics emphasis ethics focus gas genesis glass
goods hypothesis illness kudos lens loss mass news oasis physics plus politics premises
process progress series species status stress success synthesis tennis thesis virus wellness
logistics genetics genomics robotics mathematics statistics analytics dynamics mechanics
customs arms means works futures securities humanities values spirits damages aids sars ios
temps secours parcours concours discours recours palais marais relais pays mois bois choix
"""
UNCHANGING = frozenset(_UNCHANGING.split())
"""Words whose last s belongs to them, or makes another word of them."""

_IRREGULAR = """
women/woman men/man children/child people/person persons/person analyses/analysis crises/crisis
bases/basis processes/process businesses/business viruses/virus criteria/criterion
phenomena/phenomenon lives/life leaves/leaf wives/wife halves/half knives/knife shelves/shelf
wolves/wolf thieves/thief calves/calf indices/index matrices/matrix appendices/appendix
buses/bus gases/gas lenses/lens biases/bias campuses/campus censuses/census bonuses/bonus
statuses/status diagnoses/diagnosis hypotheses/hypothesis syntheses/synthesis theses/thesis
potatoes/potato tomatoes/tomato heroes/hero mosquitoes/mosquito mangoes/mango
cargoes/cargo embargoes/embargo echoes/echo feet/foot teeth/tooth mice/mouse
redes/red leyes/ley paises/pais meses/mes intereses/interes planes/plan voces/voz raices/raiz
luces/luz peces/pez jueces/juez eficaces/eficaz capaces/capaz directrices/directriz
jovenes/joven imagenes/imagen origenes/origen margenes/margen ordenes/orden examenes/examen
volumenes/volumen crimenes/crimen regimenes/regimen moviles/movil infantiles/infantil
juveniles/juvenil civiles/civil perfiles/perfil utiles/util niveles/nivel papeles/papel
hoteles/hotel solicitudes/solicitud actitudes/actitud virtudes/virtud
jovens/jovem homens/homem bens/bem ordens/ordem civis/civil infantis/infantil
juvenis/juvenil perfis/perfil moveis/movel niveis/nivel
travaux/travail jeux/jeu lieux/lieu enjeux/enjeu milieux/milieu eaux/eau feux/feu yeux/oeil
emplois/emploi
"""
IRREGULAR = dict(pair.split("/") for pair in _IRREGULAR.split())
"""Plurals that no rule below makes."""

ENDINGS: tuple[tuple[str, str, int], ...] = (
    # Spanish and Portuguese: comunidades, trabajadores, mujeres, instituciones, hogares.
    ("idades", "idad", 7), ("idade", "idad", 6), ("tades", "tad", 7), ("tade", "tad", 7),
    ("udades", "udad", 7), ("iones", "ion", 6), ("adores", "ador", 7), ("edores", "edor", 7),
    ("idores", "idor", 7), ("ctores", "ctor", 7), ("utores", "utor", 7),
    ("ermen", "erman", 7), ("esmen", "esman", 7), ("ssmen", "ssman", 7),
    ("alores", "alor", 7), ("iores", "ior", 7), ("ayores", "ayor", 7), ("enores", "enor", 6),
    ("mujeres", "mujer", 7), ("lheres", "lher", 7), ("lleres", "ller", 7), ("deres", "der", 6),
    ("beres", "ber", 6), ("iliares", "iliar", 8), ("olares", "olar", 7), ("ulares", "ular", 7),
    ("ilares", "ilar", 6), ("ogares", "ogar", 6), ("ugares", "ugar", 6), ("itares", "itar", 7),
    # Portuguese: inovações, regiões, sociais, digitais, sustentáveis, imagens.
    ("coes", "cao", 6), ("soes", "sao", 6), ("ioes", "iao", 6), ("stoes", "stao", 6),
    ("iais", "ial", 6), ("tais", "tal", 7), ("urais", "ural", 5), ("erais", "eral", 6),
    ("uais", "ual", 6), ("ionais", "ional", 8), ("locais", "local", 6), ("fiscais", "fiscal", 7),
    ("aveis", "avel", 6), ("iveis", "ivel", 6), ("agens", "agem", 6),
    # French, and adjectives of Spanish: locaux, réseaux, sociales, rurales.
    ("eaux", "eau", 5), ("aux", "al", 5), ("ales", "al", 6), ("ale", "al", 6),
    # English, and what French has in common with it: cities, economie, boxes, niche, classes.
    ("women", "woman", 6), ("ies", "y", 5), ("ie", "y", 5),
    ("sses", "ss", 5), ("sse", "ss", 5), ("xes", "x", 4), ("xe", "x", 4),
    ("ches", "ch", 5), ("che", "ch", 5), ("shes", "sh", 5), ("zzes", "zz", 5),
)  # fmt: skip
"""Endings of plurals, the same ending for one and several, and from how many letters on."""

_NOT_BY_ENDING = """
rationale finale female scales whales males morale wholesale
"""
NOT_BY_ENDING = frozenset(_NOT_BY_ENDING.split())
"""Words that end like those above and are something else."""

SPELLED = {
    "theatre": "theater", "metre": "meter", "litre": "liter", "fibre": "fiber",
    "defence": "defense", "licence": "license", "offence": "offense", "grey": "gray",
    "ageing": "aging", "judgement": "judgment", "practise": "practice", "artefact": "artifact",
    "enrolment": "enrollment", "fulfilment": "fulfillment", "diarrhoea": "diarrhea",
    "aluminium": "aluminum", "catalogue": "catalog", "dialogue": "dialog", "skilful": "skillful",
}  # fmt: skip
"""British and American spellings that no rule makes one."""

OPPOSITES = (
    "un", "in", "im", "il", "ir", "non", "dis", "de", "re", "pre", "post", "anti", "sub", "super",
    "over", "under", "inter", "intra", "trans", "micro", "macro", "multi", "bio", "eco", "geo",
    "agro", "agri", "co", "mis", "ex", "en", "em", "bi", "mono", "pro", "self", "hypo", "hyper",
    "neo", "peri", "nano", "meso", "mega", "mini", "tele", "cyber", "e", "a", "per",
)  # fmt: skip
"""Beginnings that make another word of a word."""

_INFIXES = """
iz is al at it ic er or ar ed en re in im un ol id iv el il an on ul
"""
INFIXES = frozenset(_INFIXES.split())
"""Two letters that make another word in the middle of one: sanitation, sanitization."""

_CONFUSED = """
digitization/digitalization digitizing/digitalizing contact/contract county/country
statutory/statuary complement/compliment principal/principle stationary/stationery
personal/personnel causal/casual marital/martial adaption/adoption immigration/emigration
immigrant/emigrant affective/effective mediation/meditation through/thorough
industrial/industrious continual/continuous historic/historical prospective/perspective
competence/competition conservation/conversation qualitative/quantitative quality/quantity
production/protection farming/framing productive/protective inclusion/incision
globalization/glocalization competition/coopetition ecosystem/egosystem consumer/prosumer
agritech/agrotech medtech/edtech diary/dairy trail/trial unite/untie
"""
CONFUSED = frozenset(frozenset(pair.split("/")) for pair in _CONFUSED.split())
"""Pairs of words that look like a typing error of each other and are not."""

_DESCRIBING = """
able basic big blue circular civic clean creative decent deep digital elderly fair fast fiscal
formal free global good great green healthy high human inclusive indigenous informal legal local
low modern new old open participatory poor private public raw regional resilient rural safe
secure shared smart solar solid sustainable tacit urban young strong weak
"""
_THINGS = """
animal approval arrival capital cereal coral deal disposal festival goal hospital journal manual
material metal mineral proposal rehearsal removal renewal signal trial individual professional
academic clinic critic critics epidemic fabric logic music pandemic plastic republic topic traffic
arctic archive alternative collective cooperative drive executive incentive initiative narrative
native objective perspective detective beneficiary boundary diary dictionary glossary library salary
secretary summary cable fable table vegetable arithmetic mechanic statistic analytic
"""
DESCRIBING = frozenset(_DESCRIBING.split())
THINGS = frozenset(_THINGS.split())
"""Words that say how something is, and those that end as if they did."""

HOW_ENDINGS = ("al", "ic", "ive", "ous", "able", "ible", "ary", "ful", "less")

_EXPANSIONS = """
ai: artificial intelligence
aml: anti money laundering
api: application programming interface
ar: augmented reality
b2b: business to business
cba: cost benefit analysis
cbo: community based organization
cca: climate change adaptation
covid: coronavirus disease
csa: climate smart agriculture
cso: civil society organization
csr: corporate social responsibility
cva: cash and voucher assistance
drm: disaster risk management
drr: disaster risk reduction
ecd: early childhood development
ehr: electronic health record
eia: environmental impact assessment
esg: environmental social and governance
ev: electric vehicle
evs: electric vehicle
fao: food and agriculture organization
fdi: foreign direct investment
fgm: female genital mutilation
gbv: gender based violence
gdp: gross domestic product
ghg: greenhouse gas
gis: geographic information system
hcd: human centered design
hiv: human immunodeficiency virus
hr: human resource
ict: information and communication technology
icts: information and communication technology
idp: internally displaced person
ilo: international labour organization
iot: internet of things
it: information technology
iwrm: integrated water resource management
kyc: know your customer
ldc: least developed country
m&e: monitoring and evaluation
mel: monitoring evaluation and learning
mfi: microfinance institution
mhpss: mental health and psychosocial support
ml: machine learning
mrv: measurement reporting and verification
mse: micro and small enterprise
msme: micro small and medium enterprise
mvp: minimum viable product
nbs: nature based solution
ncd: non communicable disease
ngo: non governmental organization
nlp: natural language processing
oda: official development assistance
pes: payment for ecosystem services
pfm: public financial management
phc: primary health care
ppe: personal protective equipment
ppp: public private partnership
pv: photovoltaic
pwd: person with disability
r&d: research and development
rct: randomized controlled trial
rwh: rainwater harvesting
sbcc: social and behavior change communication
sdg: sustainable development goal
sids: small island developing state
sme: small and medium enterprise
sna: social network analysis
srh: sexual and reproductive health
srhr: sexual and reproductive health and rights
stem: science technology engineering and mathematics
stp: sewage treatment plant
tb: tuberculosis
tvet: technical and vocational education and training
uav: unmanned aerial vehicle
ubi: universal basic income
uhc: universal health coverage
un: united nations
undp: united nations development programme
unicef: united nations children fund
ux: user experience
vat: value added tax
vr: virtual reality
wash: water sanitation and hygiene
wfp: world food programme
who: world health organization
ia: inteligencia artificial
ia: intelligence artificielle
ia: inteligência artificial
ods: objetivos de desarrollo sostenible
ods: objetivos de desenvolvimento sustentável
odd: objectifs de développement durable
ong: organizaciones no gubernamentales
ong: organisations non gouvernementales
ong: organizações não governamentais
osc: organizaciones de la sociedad civil
osc: organisations de la société civile
osc: organizações da sociedade civil
pib: producto interno bruto
pib: produit intérieur brut
pme: petites et moyennes entreprises
pme: pequenas e médias empresas
pyme: pequeñas y medianas empresas
mipyme: micro pequeñas y medianas empresas
rse: responsabilidad social empresarial
rse: responsabilité sociale des entreprises
sida: síndrome de inmunodeficiencia adquirida
sig: sistema de información geográfica
sig: système d'information géographique
tic: tecnologías de la información y la comunicación
tic: technologies de l'information et de la communication
tic: tecnologias da informação e comunicação
vbg: violencia basada en género
vbg: violences basées sur le genre
vih: virus de la inmunodeficiencia humana
vih: virus de l'immunodéficience humaine
"""
EXPANSIONS = [
    (short, long)
    for short, _colon, long in (line.partition(": ") for line in _EXPANSIONS.strip().splitlines())
]
"""What well-known abbreviations stand for; some for the same in several languages."""
