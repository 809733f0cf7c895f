# ruff: noqa: E501  (a line for each word)
"""Words of French, Spanish and Portuguese names, and what each is in English.

A first help where a vocabulary has no labels yet: general words only, one meaning each. A name is
another one's translation if every word of it is.
"""

_WORDS = """
access | accès | acceso | acesso
accountability | redevabilité | rendición de cuentas | prestação de contas
action | action | acción | ação
adaptation | adaptation | adaptación | adaptação
adolescent | adolescent | adolescente | adolescente
agriculture | agriculture | agricultura | agricultura
agricultural | agricole | agrícola | agrícola
air | air | aire | ar
animal | animal | animal | animal
aquaculture | aquaculture | acuicultura | aquicultura
artificial | artificiel/artificielle | artificial | artificial
authority | autorité | autoridad | autoridade
awareness raising | sensibilisation | sensibilización | sensibilização
basic | de base | básico | básico
biodiversity | biodiversité | biodiversidad | biodiversidade
blue | bleu/bleue | azul | azul
budget | budget | presupuesto | orçamento
capacity | capacité | capacidad | capacidade
capacity building | renforcement des capacités | fortalecimiento de capacidades | reforço de capacidades
care | soins | cuidados | cuidados
cash transfer | transferts monétaires | transferencias monetarias | transferências monetárias
challenge | défi | desafío | desafio
change | changement | cambio | mudança
child | enfant | niño/niña | criança
childhood | enfance | infancia/niñez | infância
circular | circulaire | circular | circular
citizen | citoyen/citoyenne/citoyens | ciudadano/ciudadana | cidadão/cidadã
citizen participation | participation citoyenne | participación ciudadana | participação cidadã
city | ville | ciudad | cidade
civil society | société civile | sociedad civil | sociedade civil
clean | propre | limpio/limpia | limpo/limpa
climate | climat | clima | clima
climate change | changement climatique | cambio climático | mudanças climáticas
climate action | action climatique | acción climática | ação climática
co-creation | cocréation | cocreación | cocriação
coast | côte | costa | costa
collective | collectif/collective | colectivo/colectiva | coletivo/coletiva
community | communauté | comunidad | comunidade
community engagement | engagement communautaire | participación comunitaria | envolvimento comunitário
company | société commerciale | compañía | companhia
conflict | conflit | conflicto | conflito
conservation | conservation | conservación | conservação
consumption | consommation | consumo | consumo
cooperation | coopération | cooperación | cooperação
corruption | corruption | corrupción | corrupção
country | pays | país | país
creative | créatif/créative | creativo/creativa | criativo/criativa
credit | crédit | crédito | crédito
culture | culture | cultura | cultura
cultural | culturel/culturelle | cultural | cultural
data | données | datos | dados
deforestation | déforestation | deforestación | desmatamento
democracy | démocratie | democracia | democracia
development | développement | desarrollo | desenvolvimento
digital | numérique | digital | digital
digital gap | fracture numérique | brecha digital | exclusão digital
disability | handicap | discapacidad | deficiência
disaster | catastrophe | desastre | desastre
disaster risk reduction | réduction des risques de catastrophe | reducción del riesgo de desastres | redução do risco de desastres
disease | maladie | enfermedad | doença
domestic violence | violence domestique | violencia doméstica | violência doméstica
drought | sécheresse | sequía | seca
early warning | alerte précoce | alerta temprana | alerta precoce
economic | économique | económico/económica | económico/económica/econômico/econômica
economy | économie | economía | economia
ecosystem | écosystème | ecosistema | ecossistema
education | éducation | educación | educação
election | élection | elección | eleição
electricity | électricité | electricidad | eletricidade
electronic | électronique | electrónico/electrónica | eletrônico/eletrônica
employment | emploi | empleo | emprego
empowerment | autonomisation | empoderamiento | empoderamento
energy | énergie | energía | energia
energy efficiency | efficacité énergétique | eficiencia energética | eficiência energética
engagement | engagement | compromiso | engajamento
entrepreneurship | entrepreneuriat | emprendimiento | empreendedorismo
environment | environnement | medio ambiente/medioambiente | meio ambiente
environmental | environnemental/environnementale | ambiental | ambiental
equality | égalité | igualdad | igualdade
equity | équité | equidad | equidade
evaluation | évaluation | evaluación | avaliação
evidence | données probantes | evidencia | evidência
family | famille | familia | família
family planning | planification familiale | planificación familiar | planejamento familiar
farmer | agriculteur/agricultrice | agricultor/agricultora | agricultor/agricultora
finance | finance/financement | financiamiento/finanzas | financiamento/finanças
financial | financier/financière | financiero/financiera | financeiro/financeira
fishery | pêche | pesca | pesca
flood | inondation | inundación | inundação
food | alimentaire/alimentation | alimento/alimentario/alimentaria | alimento/alimentar
food security | sécurité alimentaire | seguridad alimentaria | segurança alimentar
forest | forêt | bosque | floresta
gender | genre | género | género/gênero
gender equality | égalité des sexes/égalité des genres | igualdad de género | igualdade de gênero
girl | fille | chica | menina
governance | gouvernance | gobernanza | governança/governação
government | gouvernement | gobierno | governo
green | vert/verte | verde | verde
growth | croissance | crecimiento | crescimento
health | santé | salud | saúde
healthcare | soins de santé | atención sanitaria | cuidados de saúde
heritage | patrimoine | patrimonio | patrimônio/património
household | ménage | hogar | agregado familiar
housing | logement | vivienda | habitação
human | humain/humaine | humano/humana | humano/humana
human right | droits de l'homme/droits humains | derechos humanos | direitos humanos
humanitarian aid | aide humanitaire | ayuda humanitaria | ajuda humanitária
hunger | faim | hambre | fome
impact | impact | impacto | impacto
income | revenu | ingreso | renda/rendimento
inclusion | inclusion | inclusión | inclusão
inclusive | inclusif/inclusive | inclusivo/inclusiva | inclusivo/inclusiva
indigenous people | peuples autochtones | pueblos indígenas | povos indígenas
inequality | inégalité | desigualdad | desigualdade
informal | informel/informelle | informal | informal
information | information | información | informação
infrastructure | infrastructure | infraestructura | infraestrutura
innovation | innovation | innovación | inovação
insurance | assurance | seguro | seguro
intelligence | intelligence | inteligencia | inteligência
investment | investissement | inversión | investimento
job | poste de travail | puesto de trabajo | posto de trabalho
justice | justice | justicia | justiça
knowledge | connaissance | conocimiento | conhecimento
land | terre | tierra | terra
language | langue | lengua | língua
leadership | leadership | liderazgo | liderança
learning | apprentissage | aprendizaje | aprendizagem
livelihood | moyens de subsistance/moyens d'existence | medios de vida | meios de subsistência
local | local/locale | local | local
management | gestion | gestión | gestão
market | marché | mercado | mercado
maternal health | santé maternelle | salud materna | saúde materna
measurement | mesure | medición | medição
medicine | médicament | medicamento | medicamento
mental health | santé mentale | salud mental | saúde mental
microfinance | microfinance | microfinanzas | microfinanças
migrant | migrant | migrante | migrante
migration | migration | migración | migração
mobility | mobilité | movilidad | mobilidade
monitoring | suivi | seguimiento | monitoramento/monitorização
natural | naturel/naturelle | natural | natural
natural resource | ressources naturelles | recursos naturales | recursos naturais
network | réseau | red | rede
nutrition | nutrition | nutrición | nutrição
ocean | océan | océano | oceano
open | ouvert/ouverte | abierto/abierta | aberto/aberta
organic | biologique | orgánico/orgánica | orgânico/orgânica
participation | participation | participación | participação
participatory | participatif/participative | participativo/participativa | participativo/participativa
partnership | partenariat | alianza | parceria
peace | paix | paz | paz
person with disability | personnes handicapées/personnes en situation de handicap | personas con discapacidad | pessoas com deficiência
planning | planification | planificación | planejamento/planeamento
plastic | plastique | plástico/plástica | plástico/plástica
policy | politique | política | política
pollution | pollution | contaminación | poluição
poverty | pauvreté | pobreza | pobreza
pregnancy | grossesse | embarazo | gravidez
prevention | prévention | prevención | prevenção
private | privé/privée | privado/privada | privado/privada
production | production | producción | produção
productivity | productivité | productividad | produtividade
program | programme | programa | programa
protection | protection | protección | proteção
public | public/publique/publics/publiques | público/pública | público/pública
public transport | transports publics/transports en commun | transporte público | transporte público
quality | qualité | calidad | qualidade
recycling | recyclage | reciclaje | reciclagem
reduction | réduction | reducción | redução
reform | réforme | reforma | reforma
refugee | réfugié/réfugiée | refugiado/refugiada | refugiado/refugiada
regional | régional/régionale | regional | regional
remittance | envois de fonds | remesas | remessas
renewable | renouvelable | renovable | renovável
research | recherche | investigación | pesquisa
resilience | résilience | resiliencia | resiliência
resource | ressource | recurso | recurso
responsible | responsable | responsable | responsável
right | droit | derecho | direito
risk | risque | riesgo | risco
rural | rural/rurale | rural | rural
safety | sûreté | protección civil | segurança no trabalho
sanitation | assainissement | saneamiento | saneamento
school | école | escuela | escola
science | science | ciencia | ciência
sector | secteur | sector | setor/sector
security | sécurité | seguridad | segurança
service | service | servicio | serviço
skill | compétence | habilidad | habilidade
smart | intelligent/intelligente | inteligente | inteligente
social | social/sociale | social | social
social cohesion | cohésion sociale | cohesión social | coesão social
society | société | sociedad | sociedade
soil | sol | suelo | solo
solar | solaire | solar | solar
solid waste | déchets solides | residuos sólidos | resíduos sólidos
solution | solution | solución | solução
state | état | estado | estado
strategy | stratégie | estrategia | estratégia
student | étudiant/étudiante | estudiante | estudante
sustainability | durabilité | sostenibilidad | sustentabilidade
sustainable | durable | sostenible | sustentável
system | système | sistema | sistema
tax | impôt | impuesto | imposto
technology | technologie | tecnología | tecnologia
technological | technologique | tecnológico/tecnológica | tecnológico/tecnológica
territory | territoire | territorio | território
tourism | tourisme | turismo | turismo
trade | commerce | comercio | comércio
training | formation | formación/capacitación | formação/capacitação
transformation | transformation | transformación | transformação
transition | transition | transición | transição
transparency | transparence | transparencia | transparência
transport | transport | transporte | transporte
unemployment | chômage | desempleo | desemprego
urban | urbain/urbaine | urbano/urbana | urbano/urbana
vaccination | vaccination | vacunación | vacinação
value chain | chaîne de valeur | cadena de valor | cadeia de valor
violence | violence | violencia | violência
vulnerable | vulnérable | vulnerable | vulnerável
waste | déchets | residuos/desechos | resíduos
water | eau/hydrique | agua/hídrico/hídrica | água/hídrico/hídrica
woman | femme | mujer | mulher
work | travail | trabajo | trabalho
worker | travailleur/travailleuse | trabajador/trabajadora | trabalhador/trabalhadora
workshop | atelier | taller | oficina
youth | jeunesse/jeune | juventud/joven | juventude/jovem
"""

TRANSLATIONS = [
    (english, foreign.split("/"))
    for english, *others in (line.split(" | ") for line in _WORDS.strip().splitlines())
    for foreign in others
]
"""What is called so in English, and what it is called elsewhere: words, and runs of words."""
