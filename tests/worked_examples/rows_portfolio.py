"""Rows and expected figures of the worked examples of the deliverables and of the actions.

Belongs here: what the examples of D-4a, D-4b and of the ten actions say, row by row.
Does not belong here: the notation (tables.py), how the partners write it (words.py, headers.py).
"""

from typing import Final

from tables import Example

_D_4A: Final = Example(
    name="d_4a",
    title="D-4a: training for cluster managers",
    belgian_encoding="cp1252",
    deliverables=(("D-4a", "M18"),),
    registers={
        ("p1", "trainings"): """
training_id | title                                | objective | audience
T1          | Digital skills for clusters and SMEs | both      | cluster_managers, sme_workers
T2          | Analiza sieci w klastrze             | 4a        | cluster_managers

training_id | start_date | end_date   | planned_hours | lead_partner | co_partners | status
T1          | 2023-03-14 | 2023-03-14 | 6.5           | P1           | P2          | delivered
T2          | 2023-05-05 | 2023-05-05 | 5             | P1           |             | delivered

training_id | evidence_ref
T1          | T1-attendance.pdf
T2          | T2-lista.pdf
""",
        ("p3", "trainings"): """
training_id | title                 | objective | audience      | start_date | end_date
T3          | Υπηρεσίες για τα μέλη | 4a        | cluster_staff | 2024-02-20 | 2024-03-10

training_id | planned_hours | lead_partner | co_partners | status    | evidence_ref
T3          | 24            | P3           |             | delivered | T3-parousies.pdf
""",
        ("p1", "attendance"): """
record_id | training_id | session_date | person_name | email                 | employer
OB-1      | T1          | 2023-03-14   | Anna Nowak  | anna.nowak@p1.example | P1:vat
OB-2      | T2          | 2023-05-05   | Anna Nowak  | anna.nowak@p1.example | P1:vat

record_id | person_category | role        | attended | hours | evidence_ref
OB-1      | cluster_manager | participant | yes      | 6.5   | T1-attendance.pdf
OB-2      | cluster_manager | participant | yes      | 5     | T2-lista.pdf
""",
        ("p3", "attendance"): """
training_id | session_date | person_name             | email
T3          |              | Δημήτρης Υποδειγματικός | dimitris.ypodeigmatikos@p3.example

training_id | employer | person_category | role        | attended | hours | evidence_ref
T3          | P3:vat   | cluster_staff   | participant | yes      | 24    | T3-parousies.pdf
""",
    },
    expected="""
kpi            | all cum
D-4a.trainings | 2
D-4a.managers  | 1
D-4a.sessions  | 2
""",
)

_D_4B: Final = Example(
    name="d_4b",
    title="D-4b: the portfolio of services for SMEs",
    deliverables=(("D-4b", "M18"),),
    registers={
        ("p1", "services"): """
service_id | title                 | category          | objective | providers | target_group
SV1        | Skills check for SMEs | skills_assessment | 4b        | P1, P2    | smes
SV5        | Skills check for SMEs | skills_assessment | 4b        | P1, P2    | smes

service_id | status  | approved_date | first_offered_date | retired_date | version  | evidence_ref
SV1        | offered | 2022-12-15    | 2023-01-10         |              | v1       | SV1.pdf
SV5        | offered | 2023-08-25    | 2023-09-01         |              | v2 (SV1) | SV5.pdf
""",
        ("p2", "services"): """
service_id | title                  | category         | objective | providers | target_group
SV3        | Bourse aux stages      | recruitment      | 4b        | P2        | smes
SV4        | Permanence RH pour PME | job_facilitation | 4b        | P2        | smes

service_id | status    | approved_date | first_offered_date | retired_date | version | evidence_ref
SV3        | in_design |               |                    |              | v1      |
SV4        | retired   | 2023-01-20    | 2023-02-01         | 2023-11-30   | v1      | SV4.pdf
""",
        ("p3", "services"): """
service_id | title                              | category  | objective | providers | target_group
SV2        | Καθοδήγηση για ψηφιακές δεξιότητες | mentoring | 4b        | P3        | smes

service_id | status  | approved_date | first_offered_date | retired_date | version | evidence_ref
SV2        | offered | 2023-05-10    | 2023-06-01         |              | v1      | SV2.pdf
""",
    },
    expected="""
kpi                 | all cum
D-4b.services       | 2
D-4b.joint_services | 1
D-4b.providers      | 3
""",
)

_ACTIONS: Final = Example(
    name="actions",
    title="The ten actions of objectives 4a and 4b",
    registers={
        ("p1", "trainings"): """
training_id | title                                   | objective | audience
T1          | Digital skills for clusters and SMEs    | both      | cluster_managers, sme_workers
T2          | Analiza sieci w klastrze                | 4a        | cluster_managers
TTT1        | Train the trainer: sustainable business | 4b        | trainers

training_id | topic_flags          | start_date | end_date   | planned_hours | lead_partner
T1          | digital_skills       | 2023-03-14 | 2023-03-14 | 6.5           | P1
T2          | network_analysis     | 2023-05-05 | 2023-05-05 | 5             | P1
TTT1        | sustainable_business | 2023-10-02 | 2023-10-04 | 18            | P1

training_id | co_partners | status    | cascade_of | evidence_ref
T1          | P2          | delivered |            | T1-attendance.pdf
T2          |             | delivered |            | T2-lista.pdf
TTT1        | P3          | delivered |            | TTT1-attendance.pdf
""",
        ("p3", "trainings"): """
training_id | title            | objective | audience    | topic_flags          | start_date
T5          | Βιώσιμη παραγωγή | 4b        | sme_workers | sustainable_business | 2024-04-10

training_id | end_date   | planned_hours | lead_partner | co_partners | status    | cascade_of
T5          | 2024-04-10 | 6             | P3           |             | delivered | TTT1

training_id | evidence_ref
T5          | T5-parousies.pdf
""",
        ("p1", "attendance"): """
record_id | training_id | session_date | person_name    | email                     | employer
OB-1      | T1          | 2023-03-14   | Anna Nowak     | anna.nowak@p1.example     | P1:vat
OB-2      | T2          | 2023-05-05   | Anna Nowak     | anna.nowak@p1.example     | P1:vat
OB-3      | T1          | 2023-03-14   | Wiktor Wzorowy | wiktor.wzorowy@a.example  | A:vat
OB-4      | TTT1        |              | Thierry Témoin | thierry.temoin@p2.example | P2:vat

record_id | person_category | role        | attended | hours | evidence_ref
OB-1      | cluster_manager | participant | yes      | 6.5   | T1-attendance.pdf
OB-2      | cluster_manager | participant | yes      | 5     | T2-lista.pdf
OB-3      | worker          | participant | yes      | 6.5   | T1-attendance.pdf
OB-4      | cluster_staff   | participant | yes      | 18    | TTT1-attendance.pdf
""",
        ("p3", "attendance"): """
training_id | session_date | person_name          | email                          | employer
T1          | 2023-03-14   | Γιώργος Δειγματικός  | giorgos.deigmatikos@c.example  | C:vat
TTT1        |              | Θεανώ Δοκιμαστική    | theano.dokimastiki@p3.example  | P3:vat
T5          | 2024-04-10   | Ελένη Παραδειγματική | eleni.paradeigmatiki@c.example | C:vat

training_id | person_category | role        | attended | hours | evidence_ref
T1          | worker          | participant | yes      | 6.5   | T1-attendance.pdf
TTT1        | cluster_staff   | participant | yes      | 18    | TTT1-attendance.pdf
T5          | worker          | participant | yes      | 6     | T5-parousies.pdf
""",
        ("p1", "services"): """
service_id | title                        | category          | objective | providers
SV1        | Skills check for SMEs        | skills_assessment | 4b        | P1, P2
SV6        | Poradnik rozwoju kompetencji | mentoring         | 4a        | P1

service_id | target_group    | status  | approved_date | first_offered_date | evidence_ref
SV1        | smes            | offered | 2022-12-15    | 2023-01-10         | SV1.pdf
SV6        | cluster_members | offered | 2023-03-20    | 2023-04-03         | SV6.pdf
""",
        ("p3", "services"): """
service_id | title                           | category        | objective | providers
SV7        | Ταλέντα για μικρές επιχειρήσεις | talent_matching | 4b        | P3

service_id | target_group | status  | approved_date | first_offered_date | evidence_ref
SV7        | smes         | offered | 2023-09-04    | 2023-09-18         | SV7.pdf
""",
        ("p1", "service_deliveries"): """
delivery_id | service_id | recipient | partner | delivered_on | status    | directness | hours
SW-1        | SV1        | A:vat     | P1      | 2023-04-12   | delivered | direct     | 8

delivery_id | evidence_ref
SW-1        | SW-1.pdf
""",
        ("p3", "service_deliveries"): """
delivery_id | service_id | recipient | partner | delivered_on | status    | directness | hours
PY-1        | SV7        | C:vat     | P3      | 2023-11-21   | delivered | direct     | 3

delivery_id | evidence_ref
PY-1        | PY-1.pdf
""",
        ("p1", "pacts"): """
pact_id | title                               | pact_type | url                      | region
PA      | Example Regional Skills Partnership | rsp       | https://pacts.example/pa | Mazowsze

pact_id | signature_date | status | cluster_reference
PA      | 2023-03-01     | signed | yes

pact_id | cluster_role                                 | role_clause       | reference_date
PA      | Clusters plan and deliver the training offer | p. 4, section 2.1 | 2023-03-01

pact_id | involvement | reporting_partner | evidence_ref
PA      | member      | P1                | PA.pdf
""",
        ("p3", "pacts"): """
pact_id | title                   | pact_type          | url                      | region
PD      | Pact for Skills charter | charter_membership | https://pacts.example/pd |

pact_id | signature_date | status | cluster_reference | cluster_role | role_clause | reference_date
PD      | 2023-05-09     | signed | no                |              |             |

pact_id | involvement | reporting_partner | evidence_ref
PD      | member      | P3                | PD.pdf
""",
        ("p1", "cooperations"): """
cooperation_id | partner | institution                        | institution_type | kind | status
WS-1           | P1      | Technische Universität Musterstadt | university       | mou  | signed
WS-2           | P1      | Technische Universität Musterstadt | university       | mou  | signed

cooperation_id | signed_date | evidence_ref
WS-1           | 2022-11-15  | WS-1.pdf
WS-2           | 2024-11-15  | WS-2.pdf
""",
        ("p2", "cooperations"): """
cooperation_id | partner | institution                 | institution_type | kind | status
CO-1           | P2      | Centre de formation Exemple | vet              | mou  | signed

cooperation_id | signed_date | evidence_ref
CO-1           | 2023-06-07  | CO-1.pdf
""",
        ("p1", "activities"): """
activity_id | action_code | title                | partners | start_date | end_date   | status
DZ-1        | 4b.A3       | Skills Pact workshop | P1, P2   | 2023-06-14 | 2023-06-14 | done

activity_id | output_type | quantity | evidence_ref
DZ-1        | event       | 1        | DZ-1.pdf
""",
        ("p2", "activities"): """
activity_id | action_code | title              | partners | start_date | end_date   | status
AC-1        | 4a.A5       | Bourse aux talents | P2       | 2023-10-09 | 2023-10-10 | done

activity_id | output_type  | quantity | evidence_ref
AC-1        | talent_match | 3        | AC-1.pdf
""",
        ("p3", "activities"): """
activity_id | action_code | title                                | partners | start_date
DR-1        | 4b.A3       | Διαδικτυακό σεμινάριο για το Σύμφωνο | P3       | 2024-02-07

activity_id | end_date   | status | output_type | quantity | evidence_ref
DR-1        | 2024-02-07 | done   | event       | 1        | DR-1.pdf
""",
    },
    expected="""
kpi                  | all cum | state
4a.A1                | 1       | implemented
4a.A2                | 1       | ongoing
4a.A2.deliveries     | 0       |
4a.A3                | 1       | implemented
4a.A4                | 2       | implemented
4a.A5                | 4       | implemented
4b.A1                | 1       | implemented
4b.A2                | 2       | implemented
4b.A3                | 1       | implemented
4b.A4                | 2       | implemented
4b.A4.trainers       | 2       |
4b.A4.cascades       | 1       |
4b.A4.people_reached | 1       |
4b.A5                | 1       | implemented
4b.A5.organisations  | 2       |
""",
)

EXAMPLES: Final = (_D_4A, _D_4B, _ACTIONS)
