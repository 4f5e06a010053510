"""The words that the three partners write inside their cells.

Belongs here: Polish, Belgian French and Greek words for codes, countries and totals.
Does not belong here: headings (headers.py), file formats (writing.py).

A column of one register is named `register.column`, a column that means the same everywhere
`column`.
"""

from typing import Final

from headers import LANGUAGES

_WORDS: Final = {
    "org_type": """
cluster_organisation | organizacja klastrowa | organisation de cluster | οργανισμός cluster
business             | przedsiębiorstwo      | entreprise              | επιχείρηση
research             | instytut badawczy     | institut de recherche   | ερευνητικό ινστιτούτο
""",
    "yes_no": """
yes     | tak         | oui     | ναι
no      | nie         | non     | όχι
unknown | nie wiadomo | inconnu | άγνωστο
""",
    "sme_declared": """
sme     | MŚP      | PME     | ΜΜΕ
not_sme | nie MŚP  | non PME | όχι ΜΜΕ
unknown | nieznany | inconnu | άγνωστο
""",
    "sme_evidence": """
self_declaration | oświadczenie           | déclaration sur l'honneur | υπεύθυνη δήλωση
accounts         | sprawozdanie finansowe | comptes annuels           | οικονομικές καταστάσεις
none             | brak                   | aucune                    | καμία
""",
    "objective": """
4a   | 4a  | 4a       | 4a
4b   | 4b  | 4b       | 4b
both | oba | les deux | και τα δύο
""",
    "audience": """
cluster_managers | menedżerowie klastrów | gestionnaires de clusters | διευθυντές cluster
cluster_staff    | pracownicy klastrów   | personnel des clusters    | προσωπικό cluster
sme_workers      | pracownicy MŚP        | travailleurs des PME      | εργαζόμενοι ΜΜΕ
trainers         | trenerzy              | formateurs                | εκπαιδευτές
""",
    "topic_flags": """
network_analysis     | analiza sieci        | analyse de réseau      | ανάλυση δικτύων
digital_skills       | umiejętności cyfrowe | compétences numériques | ψηφιακές δεξιότητες
sustainable_business | zrównoważony biznes  | entreprise durable     | βιώσιμη επιχειρηματικότητα
""",
    "trainings.status": """
delivered | zrealizowane | réalisée | υλοποιήθηκε
""",
    "person_category": """
cluster_manager | menedżer klastra  | gestionnaire de cluster | διευθυντής cluster
cluster_staff   | pracownik klastra | personnel du cluster    | προσωπικό cluster
worker          | pracownik         | travailleur             | εργαζόμενος
self_employed   | samozatrudniony   | indépendant             | αυτοαπασχολούμενος
student         | student           | étudiant                | φοιτητής
""",
    "role": """
participant | uczestnik | participant | συμμετέχων
trainer     | trener    | formateur   | εκπαιδευτής
""",
    "support_type": """
drafting   | opracowanie | rédaction  | σύνταξη
coaching   | coaching    | coaching   | καθοδήγηση
assessment | ocena       | évaluation | αξιολόγηση
""",
    "training_plans.status": """
draft   | wersja robocza | brouillon | προσχέδιο
adopted | przyjęty       | adopté    | εγκρίθηκε
""",
    "level": """
bronze | brązowy | bronze | χάλκινο
silver | srebrny | argent | ασημένιο
gold   | złoty   | or     | χρυσό
""",
    "application_type": """
first   | pierwszy             | première demande            | πρώτη αίτηση
upgrade | podwyższenie poziomu | passage au niveau supérieur | αναβάθμιση
renewal | odnowienie           | renouvellement              | ανανέωση
""",
    "label_applications.status": """
under_assessment | w trakcie oceny | en cours d'évaluation | υπό αξιολόγηση
awarded | przyznany | accordé | απονεμήθηκε
rejected | odrzucony | refusé | απορρίφθηκε
withdrawn_before_submission | wycofany przed złożeniem | retiré avant dépôt | ανάκληση προ υποβολής
""",
    "exchange_party": """
cluster  | klaster           | cluster               | cluster
sme      | MŚP               | PME                   | ΜΜΕ
research | instytut badawczy | institut de recherche | ερευνητικό ινστιτούτο
""",
    "vo_partnership": """
other | inne | autre | άλλη
""",
    "mode": """
physical | stacjonarna | présentiel | με φυσική παρουσία
""",
    "exchanges.status": """
completed | zakończona | terminé | ολοκληρώθηκε
cancelled | odwołana   | annulé  | ακυρώθηκε
""",
    "category": """
skills_assessment | ocena kompetencji    | bilan de compétences        | αξιολόγηση δεξιοτήτων
mentoring         | mentoring            | mentorat                    | καθοδήγηση
recruitment       | rekrutacja           | recrutement                 | πρόσληψη προσωπικού
job_facilitation  | pośrednictwo pracy   | aide à l'emploi             | διευκόλυνση απασχόλησης
talent_matching   | dopasowanie talentów | mise en relation de talents | αντιστοίχιση ταλέντων
""",
    "target_group": """
smes            | MŚP                | PME                | ΜΜΕ
cluster_members | członkowie klastra | membres du cluster | μέλη του cluster
""",
    "services.status": """
in_design | w przygotowaniu | en conception | υπό σχεδιασμό
offered   | w ofercie       | offert        | προσφέρεται
retired   | wycofana        | retiré        | αποσύρθηκε
""",
    "service_deliveries.status": """
delivered | wykonana | fourni | παρασχέθηκε
""",
    "directness": """
direct   | bezpośrednio | directe   | άμεση
indirect | pośrednio    | indirecte | έμμεση
""",
    "sme_investments.kind": """
cash_cofinancing    | współfinansowanie pieniężne | cofinancement en espèces | συγχρηματοδότηση
own_training_budget | własny budżet szkoleniowy | budget de formation propre | ίδιος προϋπολογισμός
staff_time          | czas pracy pracowników | temps de travail du personnel | χρόνος προσωπικού
agreement           | porozumienie | accord | συμφωνία
""",
    "project_link": """
none | brak | aucun | κανένα
""",
    "pact_type": """
lsp | partnerstwo wielkoskalowe | partenariat à grande échelle | σύμπραξη μεγάλης κλίμακας
rsp | partnerstwo regionalne | partenariat régional | περιφερειακή σύμπραξη
charter_membership | członkostwo w karcie | adhésion à la charte | προσχώρηση στον χάρτη
""",
    "pacts.status": """
signed | podpisany | signé | υπογράφηκε
""",
    "involvement": """
lead       | lider      | chef de file | επικεφαλής
co_drafter | współautor | coauteur     | συντάκτης από κοινού
member     | członek    | membre       | μέλος
""",
    "institution_type": """
university | uczelnia        | université                | πανεπιστήμιο
vet        | szkoła zawodowa | formation professionnelle | επαγγελματική κατάρτιση
""",
    "cooperations.kind": """
mou | list intencyjny | protocole d'accord | μνημόνιο συνεργασίας
""",
    "cooperations.status": """
signed | podpisana | signée | υπογράφηκε
""",
    "activities.status": """
done | zrealizowane | terminée | ολοκληρώθηκε
""",
    "output_type": """
event        | wydarzenie           | événement                   | εκδήλωση
talent_match | dopasowanie talentów | mise en relation de talents | αντιστοίχιση ταλέντων
""",
    "country": """
PL | Polska | Pologne   | Πολωνία
BE | Belgia | Belgique  | Βέλγιο
GR | Grecja | Grèce     | Ελλάδα
DE | Niemcy | Allemagne | Γερμανία
""",
    "total": """
total | Razem | Total | Σύνολο
""",
}

# Columns that share the words of another.
_SAME_WORDS: Final = {
    "attended": "yes_no",
    "cluster_reference": "yes_no",
    "consortium_partner": "yes_no",
    "vo_is_sme": "yes_no",
    "vo_type": "exchange_party",
    "ho_type": "exchange_party",
    "previous_level": "level",
}


def _read(table: str) -> dict[str, tuple[str, ...]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return {code: tuple(translations) for code, *translations in lines}


_READ: Final = {column: _read(table) for column, table in _WORDS.items()}
# Of these columns only some cells are codes; the others are free text.
_PARTLY_CODES: Final = frozenset({"project_link", "vo_partnership"})


def word(register: str, column: str, code: str, language: str) -> str:
    """What the partner writes for a code; free text comes back as it is.

    Raises:
        KeyError: the column has a list of words and the code is not on it.
    """
    shared = _SAME_WORDS.get(column, column)
    translations = _READ.get(f"{register}.{column}") or _READ.get(shared)
    if translations is None or (shared in _PARTLY_CODES and code not in translations):
        return code
    return translations[code][LANGUAGES.index(language)]
