"""The headings that the three partners write over their registers.

Belongs here: the words of a Polish, a Belgian and a Greek office, and their names of the registers.
Does not belong here: words inside cells (words.py), file formats (writing.py).

Each register keeps the columns in this order. `-` in a language: that partner has no such column.
"""

from typing import Final

LANGUAGES: Final = ("pl", "fr", "el")

# Register → what it is called on the sheet or in the title, and the stem of its file name.
SHEETS: Final[dict[str, tuple[str, str, str]]] = {
    "organisations": ("Organizacje", "Organisations", "Οργανισμοί"),
    "trainings": ("Szkolenia", "Formations", "Καταρτίσεις"),
    "attendance": ("Obecność", "Présences", "Παρουσίες"),
    "training_plans": ("Plany szkoleń", "Plans de formation", "Σχέδια κατάρτισης"),
    "label_applications": ("Wnioski o znak", "Demandes de label", "Αιτήσεις σήματος"),
    "exchanges": ("Wymiany", "Échanges", "Ανταλλαγές"),
    "services": ("Usługi", "Services", "Υπηρεσίες"),
    "service_deliveries": ("Wykonane usługi", "Prestations", "Παροχή υπηρεσιών"),
    "sme_investments": ("Inwestycje MŚP", "Investissements des PME", "Επενδύσεις ΜΜΕ"),
    "pacts": ("Pakty", "Pactes", "Σύμφωνα"),
    "cooperations": ("Współpraca", "Coopérations", "Συνεργασίες"),
    "activities": ("Działania", "Activités", "Δράσεις"),
}

FILE_STEMS: Final[dict[str, tuple[str, str]]] = {
    "organisations": ("organizacje", "organisations"),
    "trainings": ("szkolenia", "formations"),
    "attendance": ("obecnosc", "presences"),
    "training_plans": ("plany_szkolen", "plans_de_formation"),
    "label_applications": ("wnioski_o_znak", "demandes_de_label"),
    "exchanges": ("wymiany", "echanges"),
    "services": ("uslugi", "services"),
    "service_deliveries": ("wykonane_uslugi", "prestations"),
    "sme_investments": ("inwestycje_msp", "investissements_pme"),
    "pacts": ("pakty", "pactes"),
    "cooperations": ("wspolpraca", "cooperations"),
    "activities": ("dzialania", "activites"),
}

_HEADERS: Final = {
    "organisations": """
record_id          | Nr rekordu           | N° d'enregistrement      | Κωδικός εγγραφής
legal_name         | Nazwa organizacji    | Dénomination sociale     | Επωνυμία
country            | Kraj                 | Pays                     | Χώρα
vat_no             | NIP                  | N° TVA                   | ΑΦΜ
euid               | EUID                 | EUID                     | EUID
reg_no             | Numer w rejestrze    | -                        | -
reg_scheme         | Rejestr              | -                        | -
eccp_url           | Profil ECCP          | Profil ECCP              | Προφίλ ECCP
org_type           | Typ organizacji      | Type d'organisation      | Τύπος οργανισμού
consortium_partner | Partner konsorcjum   | Partenaire du consortium | Εταίρος της κοινοπραξίας
cluster_member_of  | Członek klastra      | Membre du cluster        | Μέλος cluster
headcount_awu      | Zatrudnienie (RJR)   | Effectif (UTA)           | Απασχόληση (ΕΜΕ)
turnover_eur       | Obrót (EUR)          | Chiffre d'affaires (EUR) | Κύκλος εργασιών (EUR)
balance_sheet_eur  | Suma bilansowa (EUR) | Total du bilan (EUR)     | Σύνολο ισολογισμού (EUR)
sme_declared       | Status MŚP           | Statut PME               | Ιδιότητα ΜΜΕ
sme_evidence       | Podstawa statusu MŚP | Preuve du statut PME     | Τεκμηρίωση ιδιότητας ΜΜΕ
""",
    "trainings": """
training_id   | Kod szkolenia           | Code de la formation | Κωδικός κατάρτισης
title         | Tytuł szkolenia         | Intitulé             | Τίτλος
objective     | Cel                     | Objectif             | Στόχος
audience      | Grupa docelowa          | Public cible         | Ομάδα στόχος
topic_flags   | Tematyka                | Thèmes               | Θεματικές
start_date    | Data rozpoczęcia        | Date de début        | Ημερομηνία έναρξης
end_date      | Data zakończenia        | Date de fin          | Ημερομηνία λήξης
planned_hours | Planowana liczba godzin | Heures prévues       | Προβλεπόμενες ώρες
lead_partner  | Partner wiodący         | Partenaire principal | Επικεφαλής εταίρος
co_partners   | Współorganizatorzy      | Partenaires associés | Συνδιοργανωτές εταίροι
status        | Status                  | Statut               | Κατάσταση
cascade_of    | Kaskada szkolenia (kod) | En cascade de (code) | Διάχυση της κατάρτισης (κωδικός)
evidence_ref  | Dokument potwierdzający | Pièce justificative  | Αποδεικτικό έγγραφο
""",
    "attendance": """
record_id        | Nr rekordu              | N° d'enregistrement   | -
training_id      | Kod szkolenia           | Code de la formation  | Κωδικός κατάρτισης
session_date     | Data zajęć              | Date de la session    | Ημερομηνία
person_name      | Imię i nazwisko         | Nom et prénom         | Ονοματεπώνυμο
email            | Adres e-mail            | Courriel              | E-mail
employer_name    | Pracodawca              | Employeur             | Εργοδότης
employer_id      | NIP pracodawcy          | N° TVA de l'employeur | ΑΦΜ εργοδότη
employer_country | Kraj pracodawcy         | Pays de l'employeur   | Χώρα εργοδότη
person_category  | Kategoria uczestnika    | Catégorie             | Ιδιότητα συμμετέχοντος
role             | Rola                    | Rôle                  | Ρόλος
attended         | Obecność                | Présent               | Παρουσία
hours            | Liczba godzin           | Heures                | Ώρες
headcount        | Liczba osób             | Nombre de personnes   | Αριθμός ατόμων
evidence_ref     | Dokument potwierdzający | Pièce justificative   | Αποδεικτικό έγγραφο
""",
    "training_plans": """
plan_id            | Nr planu                | N° du plan             | Κωδικός σχεδίου
title              | Tytuł planu             | Intitulé du plan       | Τίτλος σχεδίου
version            | Wersja                  | Version                | Έκδοση
beneficiary_orgs   | Klastry objęte planem   | Clusters bénéficiaires | Ωφελούμενα cluster
supporting_partner | Partner wspierający     | Partenaire de soutien  | Υποστηρικτής εταίρος
support_type       | Rodzaj wsparcia         | Type de soutien        | Είδος υποστήριξης
status             | Status                  | Statut                 | Κατάσταση
adoption_date      | Data przyjęcia          | Date d'adoption        | Ημερομηνία έγκρισης
staff_covered      | Liczba pracowników      | Personnel concerné     | Αριθμός εργαζομένων
evidence_ref       | Dokument potwierdzający | Pièce justificative    | Αποδεικτικό έγγραφο
""",
    "label_applications": """
application_id     | Nr wniosku              | N° de la demande      | Αριθμός αίτησης
cluster_org        | Klaster                 | Cluster               | Cluster
scheme             | System                  | Système               | Σύστημα
level              | Poziom                  | Niveau                | Επίπεδο
application_type   | Rodzaj wniosku          | Type de demande       | Είδος αίτησης
previous_level     | Poprzedni poziom        | Niveau précédent      | Προηγούμενο επίπεδο
application_date   | Data złożenia wniosku   | Date de la demande    | Ημερομηνία αίτησης
status             | Status wniosku          | Statut                | Κατάσταση
decision_date      | Data decyzji            | Date de la décision   | Ημερομηνία απόφασης
supporting_partner | Partner wspierający     | Partenaire de soutien | Υποστηρικτής εταίρος
evidence_ref       | Dokument potwierdzający | Pièce justificative   | Αποδεικτικό έγγραφο
""",
    "exchanges": """
exchange_id | Nr wymiany | N° de l'échange | Αριθμός ανταλλαγής
vo_name | Organizacja wizytująca | Organisation visiteuse | Φιλοξενούμενος οργανισμός
vo_country | Kraj organizacji wizytującej | Pays de l'organisation visiteuse | Χώρα φιλοξενούμενου
vo_id | NIP lub EUID wizytującego | N° TVA de l'organisation visiteuse | ΑΦΜ φιλοξενούμενου
vo_type | Typ organizacji wizytującej | Type d'organisation visiteuse | Τύπος φιλοξενούμενου
vo_is_sme | Wizytujący jest MŚP | Le visiteur est une PME | Ο φιλοξενούμενος είναι ΜΜΕ
ho_name | Organizacja przyjmująca | Organisation d'accueil | Οργανισμός υποδοχής
ho_country | Kraj organizacji przyjmującej | Pays d'accueil | Χώρα οργανισμού υποδοχής
ho_id | NIP lub EUID przyjmującego | N° TVA de l'organisation d'accueil | ΑΦΜ οργανισμού υποδοχής
ho_type | Typ organizacji przyjmującej | Type d'organisation d'accueil | Τύπος οργανισμού υποδοχής
vo_partnership | Partnerstwo wysyłające | Partenariat d'envoi | Σύμπραξη αποστολής
mode | Forma wymiany | Mode | Τρόπος διεξαγωγής
start_date | Data rozpoczęcia | Date de début | Ημερομηνία έναρξης
end_date | Data zakończenia | Date de fin | Ημερομηνία λήξης
working_days | Dni robocze | Jours ouvrables | Εργάσιμες ημέρες
visitors | Liczba wizytujących | Nombre de visiteurs | Αριθμός επισκεπτών
status | Status | Statut | Κατάσταση
closing_report_date | Data raportu końcowego | Date du rapport final | Ημερομηνία τελικής έκθεσης
validated_date | Data zatwierdzenia raportu | Validation du rapport | Ημερομηνία έγκρισης έκθεσης
evidence_ref | Dokument potwierdzający | Pièce justificative | Αποδεικτικό έγγραφο
""",
    "services": """
service_id         | Kod usługi                  | Code du service | Κωδικός υπηρεσίας
title              | Nazwa usługi                | Intitulé du service | Τίτλος υπηρεσίας
category           | Kategoria usługi            | Catégorie | Κατηγορία
objective          | Cel                         | Objectif | Στόχος
providers          | Partnerzy świadczący usługę | Partenaires prestataires | Πάροχοι εταίροι
target_group       | Grupa docelowa              | Groupe cible | Ομάδα στόχος
status             | Status                      | Statut | Κατάσταση
approved_date      | Data zatwierdzenia          | Date d'approbation | Ημερομηνία έγκρισης
first_offered_date | Data wprowadzenia do oferty | Offert depuis le | Ημερομηνία πρώτης διάθεσης
retired_date       | Data wycofania              | Date de retrait | Ημερομηνία απόσυρσης
version            | Wersja                      | Version | Έκδοση
evidence_ref       | Dokument potwierdzający     | Pièce justificative | Αποδεικτικό έγγραφο
""",
    "service_deliveries": """
delivery_id       | Nr świadczenia | N° de la prestation | Αριθμός παροχής
service_id        | Kod usługi | Code du service | Κωδικός υπηρεσίας
recipient         | Odbiorca | Bénéficiaire | Αποδέκτης
recipient_country | Kraj odbiorcy | Pays du bénéficiaire | Χώρα αποδέκτη
recipient_id      | NIP lub EUID odbiorcy | N° TVA du bénéficiaire | ΑΦΜ αποδέκτη
partner           | Partner | Partenaire | Εταίρος
delivered_on      | Data wykonania | Date de la prestation | Ημερομηνία παροχής
status            | Status | Statut | Κατάσταση
directness        | Sposób świadczenia | Prestation directe ou indirecte | Άμεση ή έμμεση παροχή
hours             | Liczba godzin | Heures | Ώρες
evidence_ref      | Dokument potwierdzający | Pièce justificative | Αποδεικτικό έγγραφο
""",
    "sme_investments": """
investment_id       | Nr inwestycji           | N° de l'investissement | Αριθμός επένδυσης
sme                 | Przedsiębiorstwo        | Entreprise | Επιχείρηση
sme_country         | Kraj przedsiębiorstwa   | Pays de l'entreprise | Χώρα επιχείρησης
sme_id              | NIP lub EUID            | N° TVA de l'entreprise | ΑΦΜ επιχείρησης
investment_date     | Data inwestycji         | Date de l'investissement | Ημερομηνία επένδυσης
kind                | Rodzaj inwestycji       | Type d'investissement | Είδος επένδυσης
amount              | Kwota                   | Montant | Ποσό
currency            | Waluta                  | Devise | Νόμισμα
staff_hours         | Godziny pracowników     | Heures de personnel | Ώρες προσωπικού
employees_concerned | Liczba pracowników      | Nombre de travailleurs | Αριθμός εργαζομένων
project_link        | Związek z projektem     | Lien avec le projet | Σύνδεση με το έργο
grant_received_eur  | Otrzymana dotacja (EUR) | Subvention reçue (EUR) | Ληφθείσα επιχορήγηση (EUR)
evidence_ref        | Dokument potwierdzający | Pièce justificative | Αποδεικτικό έγγραφο
""",
    "pacts": """
pact_id           | Kod paktu               | Code du pacte          | Κωδικός συμφώνου
title             | Nazwa paktu             | Intitulé du pacte      | Τίτλος συμφώνου
pact_type         | Rodzaj paktu            | Type de pacte          | Είδος συμφώνου
url               | Strona internetowa      | Site web               | Ιστοσελίδα
region            | Region                  | Région                 | Περιφέρεια
signature_date    | Data podpisania         | Date de signature      | Ημερομηνία υπογραφής
status            | Status                  | Statut                 | Κατάσταση
cluster_reference | Wzmianka o klastrach    | Mention des clusters   | Αναφορά στα cluster
cluster_role      | Rola klastrów           | Rôle des clusters      | Ρόλος των cluster
role_clause       | Strona lub punkt        | Page ou section        | Σελίδα ή ενότητα
reference_date    | Data wzmianki           | Date de la mention     | Ημερομηνία αναφοράς
involvement       | Udział w pakcie         | Participation au pacte | Συμμετοχή στο σύμφωνο
reporting_partner | Partner zgłaszający     | Partenaire déclarant   | Εταίρος που αναφέρει
evidence_ref      | Dokument potwierdzający | Pièce justificative    | Αποδεικτικό έγγραφο
""",
    "cooperations": """
cooperation_id   | Nr współpracy           | N° de la coopération | Αριθμός συνεργασίας
partner          | Partner                 | Partenaire           | Εταίρος
institution      | Instytucja              | Institution          | Ίδρυμα
institution_type | Typ instytucji          | Type d'institution   | Τύπος ιδρύματος
kind             | Rodzaj współpracy       | Type de coopération  | Είδος συνεργασίας
status           | Status                  | Statut               | Κατάσταση
signed_date      | Data podpisania         | Date de signature    | Ημερομηνία υπογραφής
evidence_ref     | Dokument potwierdzający | Pièce justificative  | Αποδεικτικό έγγραφο
""",
    "activities": """
activity_id  | Nr działania            | N° de l'activité       | Αριθμός δράσης
action_code  | Kod akcji               | Code de l'action       | Κωδικός ενέργειας
title        | Nazwa działania         | Intitulé de l'activité | Τίτλος δράσης
partners     | Partnerzy               | Partenaires            | Εταίροι
start_date   | Data rozpoczęcia        | Date de début          | Ημερομηνία έναρξης
end_date     | Data zakończenia        | Date de fin            | Ημερομηνία λήξης
status       | Status                  | Statut                 | Κατάσταση
output_type  | Rodzaj rezultatu        | Type de résultat       | Είδος αποτελέσματος
quantity     | Liczba                  | Quantité               | Ποσότητα
evidence_ref | Dokument potwierdzający | Pièce justificative    | Αποδεικτικό έγγραφο
""",
}


def headers(register: str, language: str) -> dict[str, str]:
    """Canonical column → the partner's heading, in the partner's order."""
    place = 1 + LANGUAGES.index(language)
    headings = {}
    for line in _HEADERS[register].strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if cells[place] != "-":
            headings[cells[0]] = cells[place]
    return headings
