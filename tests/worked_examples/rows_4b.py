"""Rows and expected figures of the worked examples of objective 4b.

Belongs here: what the examples of 4b.M1, 4b.O1, 4b.O2 and 4b.O3 say, row by row.
Does not belong here: the notation (tables.py), how the partners write it (words.py, headers.py).
"""

from typing import Final

from tables import Example

_M1: Final = Example(
    name="4b_m1",
    title="4b.M1: SMEs that invest in the skills of their employees",
    registers={
        ("p1", "sme_investments"): """
investment_id | sme    | investment_date | kind                | amount | currency | staff_hours
IN-1          | A:euid | 2023-04-01      | own_training_budget | 500    | EUR      |
IN-2          | F:vat  | 2023-09-20      | own_training_budget | 300    | EUR      |

investment_id | employees_concerned | project_link | grant_received_eur | evidence_ref
IN-1          | 4                   | V-001        | 0                  | IN-1.pdf
IN-2          | 2                   | none         | 0                  | IN-2.pdf
""",
        ("p2", "sme_investments"): """
investment_id | sme   | investment_date | kind                | amount | currency | staff_hours
FI-1          | A:vat | 2024-04-01      | cash_cofinancing    | 300    | EUR      |
FI-2          | B:vat | 2023-05-02      | staff_time          | 0      | EUR      | 16
FI-3          | L:vat | 2023-05-15      | own_training_budget | 9000   | EUR      |
FI-4          | U:vat | 2023-06-01      | own_training_budget | 200    | EUR      |
FI-5          | G:vat | 2023-06-15      | agreement           |        |          |

investment_id | employees_concerned | project_link | grant_received_eur | evidence_ref
FI-1          | 3                   | V-002        | 0                  | FI-1.pdf
FI-2          | 2                   | V-003        | 0                  | FI-2.pdf
FI-3          | 30                  | V-004        | 0                  | FI-3.pdf
FI-4          | 1                   | V-005        | 0                  | FI-4.pdf
FI-5          | 5                   | V-006        |                    | FI-5.pdf
""",
    },
    expected="""
kpi   | policy       | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act
4b.M1 | conservative | 1       | 0       | 1       | 1       | 1       | 1       | 0
4b.M1 | reported     | 2       | 0       | 2       | 2       | 2       | 2       | 1
4b.M1 | potential    | 3       | 0       | 3       | 3       | 3       | 3       | 1

kpi   | all act
4b.M1 | 1
4b.M1 | 2
4b.M1 | 3
""",
)

_O1: Final = Example(
    name="4b_o1",
    title="4b.O1: Pacts for Skills that give clusters a clear reference and role",
    belgian_encoding="cp1252",
    registers={
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
        ("p2", "pacts"): """
pact_id | title                               | pact_type | url                      | region
PA      | Example Regional Skills Partnership | rsp       | https://pacts.example/pa | Mazowsze
PB      | Partenariat wallon d'exemple        | rsp       | https://pacts.example/pb | Wallonie

pact_id | signature_date | status | cluster_reference
PA      | 2023-03-01     | signed | yes
PB      | 2023-09-18     | signed | yes

pact_id | cluster_role                                 | role_clause       | reference_date
PA      | Clusters plan and deliver the training offer | p. 4, section 2.1 | 2023-03-01
PB      |                                              |                   | 2023-09-18

pact_id | involvement | reporting_partner | evidence_ref
PA      | co_drafter  | P2                | PA.pdf
PB      | member      | P2                | PB.pdf
""",
        ("p3", "pacts"): """
pact_id | title                                  | pact_type          | url
PC      | Example Large-Scale Skills Partnership | lsp                | https://pacts.example/pc
PD      | Pact for Skills charter                | charter_membership | https://pacts.example/pd

pact_id | region | signature_date | status | cluster_reference
PC      |        | 2021-11-25     | signed | yes
PD      |        | 2023-05-09     | signed | no

pact_id | cluster_role                              | role_clause   | reference_date | involvement
PC      | Clusters survey the skills that SMEs need | annex 1, p. 2 | 2024-06-15     | lead
PD      |                                           |               |                | member

pact_id | reporting_partner | evidence_ref
PC      | P3                | PC-2024.pdf
PD      | P3                | PD.pdf
""",
    },
    expected="""
kpi   | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act | all act
4b.O1 | 1       | 1       | 1       | 2       | 2       | 1       | 1       | 2
""",
)

_O2: Final = Example(
    name="4b_o2",
    title="4b.O2: businesses that benefitted from joint skills-related services",
    listed_besides=("H",),
    registers={
        ("p1", "services"): """
service_id | title                 | category          | objective | providers | target_group
SV1        | Skills check for SMEs | skills_assessment | 4b        | P1, P2    | smes

service_id | status  | approved_date | first_offered_date | evidence_ref
SV1        | offered | 2022-12-15    | 2023-01-10         | SV1.pdf
""",
        ("p3", "services"): """
service_id | title                              | category  | objective | providers | target_group
SV2        | Καθοδήγηση για ψηφιακές δεξιότητες | mentoring | 4b        | P3        | smes

service_id | status  | approved_date | first_offered_date | evidence_ref
SV2        | offered | 2023-05-10    | 2023-06-01         | SV2.pdf
""",
        ("p1", "service_deliveries"): """
delivery_id | service_id | recipient | partner | delivered_on | status    | directness | hours
SW-1        | SV1        | A:euid    | P1      | 2023-04-12   | delivered | direct     | 8
SW-2        | SV1        | H:vat     | P1      | 2023-07-05   | delivered | indirect   | 0.5

delivery_id | evidence_ref
SW-1        | SW-1.pdf
SW-2        | SW-2.pdf
""",
        ("p2", "service_deliveries"): """
delivery_id | service_id | recipient | partner | delivered_on | status    | directness | hours
PS-1        | SV1        | A:vat     | P2      | 2023-10-03   | delivered | direct     | 4.5
PS-2        | SV1        | L:vat     | P2      | 2023-05-30   | delivered | direct     | 8
PS-3        | SV1        | U:vat     | P2      | 2024-03-05   | delivered | direct     | 7.5
PS-4        | SV1        | P2:vat    | P2      | 2023-06-20   | delivered | direct     | 4

delivery_id | evidence_ref
PS-1        | PS-1.pdf
PS-2        | PS-2.pdf
PS-3        | PS-3.pdf
PS-4        | PS-4.pdf
""",
        ("p3", "service_deliveries"): """
delivery_id | service_id | recipient | partner | delivered_on | status    | directness | hours
PY-1        | SV2        | B:vat     | P3      | 2023-09-14   | delivered | direct     | 6

delivery_id | evidence_ref
PY-1        | PY-1.pdf
""",
        ("p1", "trainings"): """
training_id | title                                | objective | audience
T1          | Digital skills for clusters and SMEs | both      | cluster_managers, sme_workers

training_id | start_date | end_date   | planned_hours | lead_partner | co_partners | status
T1          | 2023-03-14 | 2023-03-14 | 6.5           | P1           | P2          | delivered

training_id | evidence_ref
T1          | T1-attendance.pdf
""",
        ("p3", "attendance"): """
training_id | session_date | person_name         | email                         | employer
T1          | 2023-03-14   | Γιώργος Δειγματικός | giorgos.deigmatikos@c.example | C:vat

training_id | person_category | role        | attended | hours | evidence_ref
T1          | worker          | participant | yes      | 6.5   | T1-attendance.pdf
""",
    },
    expected="""
kpi           | policy       | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act
4b.O2         |              | 3       | 1       | 3       | 4       | 4       | 3       | 1
4b.O2.sme     | conservative | 1       | 0       | 1       | 1       | 1       | -       | -
4b.O2.sme     | reported     | 2       | 0       | 2       | 2       | 2       | -       | -
4b.O2.sme     | potential    | 2       | 1       | 2       | 3       | 3       | -       | -
4b.O2.not_sme |              | -       | -       | 1       | 1       | 1       | -       | -
4b.O2.unknown |              | -       | -       | 0       | 1       | 1       | -       | -

kpi           | all act
4b.O2         | 4
4b.O2.sme     | -
4b.O2.sme     | -
4b.O2.sme     | -
4b.O2.not_sme | -
4b.O2.unknown | -
""",
)

_O3: Final = Example(
    name="4b_o3",
    title="4b.O3: workers trained through the joint activities",
    belgian_encoding="cp1252",
    registers={
        ("p1", "trainings"): """
training_id | title                                   | objective | audience
T1          | Digital skills for clusters and SMEs    | both      | cluster_managers, sme_workers
T2          | Customer data in small companies        | 4b        | sme_workers
TTT1        | Train the trainer: sustainable business | 4b        | trainers

training_id | start_date | end_date   | planned_hours | lead_partner | co_partners | status
T1          | 2023-03-14 | 2023-03-14 | 6.5           | P1           | P2          | delivered
T2          | 2023-05-05 | 2023-05-05 | 5             | P1           | P3          | delivered
TTT1        | 2023-10-02 | 2023-10-04 | 18            | P1           | P3          | delivered

training_id | cascade_of | evidence_ref
T1          |            | T1-attendance.pdf
T2          |            | T2-attendance.pdf
TTT1        |            | TTT1-attendance.pdf
""",
        ("p3", "trainings"): """
training_id | title              | objective | audience    | start_date | end_date
T4          | Ασφάλεια δεδομένων | 4b        | sme_workers | 2023-09-12 | 2023-09-12
T5          | Βιώσιμη παραγωγή   | 4b        | sme_workers | 2024-04-10 | 2024-04-10

training_id | planned_hours | lead_partner | co_partners | status    | cascade_of
T4          | 4             | P3           |             | delivered |
T5          | 6             | P3           |             | delivered | TTT1

training_id | evidence_ref
T4          | T4-parousies.pdf
T5          | T5-parousies.pdf
""",
        ("p1", "attendance"): """
record_id | training_id | session_date | person_name     | email
OB-1      | T1          | 2023-03-14   | Wiktor Wzorowy  | wiktor.wzorowy@a.example
OB-2      | T2          | 2023-05-05   | Wiktor Wzorowy  | wiktor.wzorowy@a.example
OB-3      | T1          | 2023-03-14   | Anna Nowak      | anna.nowak@p1.example
OB-4      | T1          | 2023-03-14   | Zofia Studencka | zofia.studencka@uczelnia.example

record_id | employer | person_category | role        | attended | hours | headcount
OB-1      | A:vat    | worker          | participant | yes      | 6.5   | 1
OB-2      | A:vat    | worker          | participant | yes      | 5     | 1
OB-3      | P1:vat   | cluster_manager | participant | yes      | 6.5   | 1
OB-4      | UNI      | student         | participant | yes      | 6.5   | 1

record_id | evidence_ref
OB-1      | T1-attendance.pdf
OB-2      | T2-attendance.pdf
OB-3      | T1-attendance.pdf
OB-4      | T1-attendance.pdf
""",
        ("p2", "attendance"): """
record_id | training_id | session_date | person_name       | email
PR-1      | T1          | 2023-03-14   | WZOROWY Wiktor    |
PR-2      | T1          | 2023-03-14   | Léon Échantillon  | leon.echantillon@l.example
PR-3      | T1          | 2023-03-14   | Sylvie Exemplaire | sylvie.exemplaire@atelier.example

record_id | employer | person_category | role        | attended | hours | headcount
PR-1      | A:vat    | worker          | participant | yes      | 6.5   | 1
PR-2      | L:vat    | worker          | participant | yes      | 6.5   | 1
PR-3      | S1:vat   | self_employed   | participant | yes      | 6.5   | 1

record_id | evidence_ref
PR-1      | T1-attendance.pdf
PR-2      | T1-attendance.pdf
PR-3      | T1-attendance.pdf
""",
        ("p3", "attendance"): """
training_id | session_date | person_name          | email                          | employer
T1          | 2023-03-14   |                      |                                | C:vat
T4          | 2023-09-12   | Γιώργος Δειγματικός  | giorgos.deigmatikos@c.example  | C:vat
T5          | 2024-04-10   | Ελένη Παραδειγματική | eleni.paradeigmatiki@c.example | C:vat

training_id | person_category | role        | attended | hours | headcount | evidence_ref
T1          | worker          | participant | yes      | 6.5   | 12        | T1-attendance.pdf
T4          | worker          | participant | yes      | 4     | 1         | T4-parousies.pdf
T5          | worker          | participant | yes      | 6     | 1         | T5-parousies.pdf
""",
    },
    expected="""
kpi                        | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act
4b.O3                      | 3       | 1       | 3       | 4       | 4       | 3       | 1
4b.O3.unverified_aggregate | -       | -       | -       | -       | 12      | -       | -
4b.O3.upper_bound          | -       | -       | -       | -       | 16      | -       | -

kpi                        | all act
4b.O3                      | 4
4b.O3.unverified_aggregate | -
4b.O3.upper_bound          | -
""",
)

EXAMPLES: Final = (_M1, _O1, _O2, _O3)
