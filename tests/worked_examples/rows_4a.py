"""Rows and expected figures of the worked examples of objective 4a.

Belongs here: what the examples of 4a.M1, 4a.O1, 4a.O2, 4a.O3 and 4a.O4 say, row by row.
Does not belong here: the notation (tables.py), how the partners write it (words.py, headers.py).
"""

from typing import Final

from tables import Example

_M1: Final = Example(
    name="4a_m1",
    title="4a.M1: employees of cluster organisations who were trained",
    belgian_encoding="cp1252",
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
record_id | training_id | session_date | person_name  | email                   | employer
OB-1      | T1          | 2023-03-14   | Anna Nowak   | anna.nowak@p1.example   | P1:vat
OB-2      | T2          | 2023-05-05   | Anna Nowak   | anna.nowak@p1.example   | P1:vat
OB-3      | T1          | 2023-03-14   | Ewa Testówna | ewa.testowna@p1.example | P1:vat

record_id | person_category | role        | attended | hours | evidence_ref
OB-1      | cluster_manager | participant | yes      | 6.5   | T1-attendance.pdf
OB-2      | cluster_manager | participant | yes      | 5     | T2-lista.pdf
OB-3      | cluster_staff   | trainer     | yes      | 6.5   | T1-attendance.pdf
""",
        ("p2", "attendance"): """
record_id | training_id | session_date | person_name      | email                      | employer
PR-1      | T1          | 2023-03-14   | NOWAK Anna       | Anna.Nowak@P1.EXAMPLE      | P1
PR-2      | T1          | 2023-03-14   | Bart Voorbeeld   | bart.voorbeeld@p2.example  | P2:vat
PR-3      | T1          | 2023-03-14   | Chloé Quelconque | chloe.quelconque@b.example | B:vat

record_id | person_category | role        | attended | hours | evidence_ref
PR-1      | cluster_manager | participant | yes      | 6.5   | T1-attendance.pdf
PR-2      | cluster_staff   | participant | no       |       | T1-attendance.pdf
PR-3      | worker          | participant | yes      | 6.5   | T1-attendance.pdf
""",
        ("p3", "attendance"): """
training_id | session_date | person_name             | email
T3          |              | Δημήτρης Υποδειγματικός | dimitris.ypodeigmatikos@p3.example
T3          |              | ΔΗΜΗΤΡΗΣ ΥΠΟΔΕΙΓΜΑΤΙΚΟΣ |

training_id | employer | person_category | role        | attended | hours | evidence_ref
T3          | P3:vat   | cluster_staff   | participant | yes      | 24    | T3-parousies.pdf
T3          | P3       | cluster_staff   | participant | yes      | 24    | T3-parousies.pdf
""",
    },
    expected="""
kpi   | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act | all act
4a.M1 | 1       | 1       | 1       | 2       | 2       | 1       | 1       | 2
""",
)

_O1: Final = Example(
    name="4a_o1",
    title="4a.O1: training plans supported for clusters",
    registers={
        ("p1", "training_plans"): """
plan_id | title                                 | version | beneficiary_orgs | supporting_partner
PL-01   | Plan szkoleń zespołu klastra          | 1       | P1:record        | P1
PL-01   | Plan szkoleń zespołu klastra          | 2       | P1:record        | P1
PL-02   | Joint training plan of three clusters | 1       | P1; P2; P3       | P1

plan_id | support_type | status  | adoption_date | staff_covered | evidence_ref
PL-01   | coaching     | adopted | 2023-02-10    | 6             | PL-01-v1.pdf
PL-01   | coaching     | adopted | 2024-05-01    | 8             | PL-01-v2.pdf
PL-02   | drafting     | adopted | 2023-06-30    | 19            | PL-02.pdf
""",
        ("p2", "training_plans"): """
plan_id | title                                 | version | beneficiary_orgs
PL-02   | Joint training plan of three clusters | 1       | P1:vat; P2:vat; P3:vat
PL-03   | Plan de formation de l'équipe         | 1       | P2:record

plan_id | supporting_partner | support_type | status  | adoption_date | staff_covered
PL-02   | P1                 | drafting     | adopted | 2023-06-30    | 19
PL-03   | P2                 | drafting     | draft   |               | 5

plan_id | evidence_ref
PL-02   | PL-02.pdf
PL-03   |
""",
        ("p3", "training_plans"): """
plan_id | title                                 | version | beneficiary_orgs | supporting_partner
PL-02   | Joint training plan of three clusters | 1       | P1; P2; P3       | P1
PL-04   | Σχέδιο κατάρτισης προσωπικού          | 1       | P3:record        | P3

plan_id | support_type | status  | adoption_date | staff_covered | evidence_ref
PL-02   | drafting     | adopted | 2023-06-30    | 19            | PL-02.pdf
PL-04   | assessment   | adopted | 2022-07-01    | 7             | PL-04.pdf
""",
    },
    expected="""
kpi                    | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act
4a.O1                  | 2       | 0       | 2       | 2       | 2       | 2       | 1
4a.O1.clusters_covered | -       | -       | -       | -       | 3       | -       | -

kpi                    | all act
4a.O1                  | 2
4a.O1.clusters_covered | -
""",
)

_O2: Final = Example(
    name="4a_o2",
    title="4a.O2: clusters applying for a management label or an upgrade",
    listed_besides=("C1", "C2", "C3", "C4"),
    registers={
        ("p1", "label_applications"): """
application_id | cluster_org | scheme | level  | application_type | previous_level
LA-1           | C1          | ECEI   | bronze | first            |
LA-2           | C1:record   | ECEI   | silver | upgrade          | bronze

application_id | application_date | status           | decision_date | supporting_partner
LA-1           | 2023-01-15       | awarded          | 2023-04-20    | P1
LA-2           | 2024-09-01       | under_assessment |               | P1

application_id | evidence_ref
LA-1           | LA-1.pdf
LA-2           | LA-2.pdf
""",
        ("p2", "label_applications"): """
application_id | cluster_org | scheme | level  | application_type | previous_level
LA-3           | C2:record   | ECEI   | gold   | upgrade          | silver
LA-5           | C4          | ECEI   | bronze | first            |

application_id | application_date | status                      | decision_date
LA-3           | 2023-11-02       | rejected                    | 2024-02-08
LA-5           |                  | withdrawn_before_submission |

application_id | supporting_partner | evidence_ref
LA-3           | P3                 | LA-3.pdf
LA-5           | P2                 |
""",
        ("p3", "label_applications"): """
application_id | cluster_org | scheme | level  | application_type | previous_level
LA-3           | C2:vat      | ECEI   | gold   | upgrade          | silver
LA-4           | C3:record   | ECEI   | bronze | renewal          | bronze

application_id | application_date | status   | decision_date | supporting_partner | evidence_ref
LA-3           | 2023-11-02       | rejected | 2024-02-08    | P3                 | LA-3.pdf
LA-4           | 2023-06-12       | awarded  | 2023-10-05    | P3                 | LA-4.pdf
""",
    },
    expected="""
kpi                | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act | all act
4a.O2              | 2       | 0       | 2       | 2       | 2       | 2       | 1       | 2
4a.O2.applications | -       | -       | -       | -       | 3       | -       | -       | -
""",
)

_O3_O4: Final = Example(
    name="4a_o3_o4",
    title="4a.O3 and 4a.O4: short-term exchanges, and the share that involves SMEs",
    targets=(("4a.O3", 50, "M36"), ("4a.O4", 50, "M36")),
    registers={
        ("p1", "exchanges"): """
exchange_id | vo     | vo_type | vo_is_sme | ho     | ho_type | vo_partnership | mode
X1          | A:euid | sme     | yes       | P2:vat | cluster | ours           | physical
X2          | P1:vat | cluster | no        | B:vat  | sme     | ours           | physical
X7          | E:vat  | sme     | yes       | P3:vat | cluster | ours           | physical
X9          | A:vat  | sme     | yes       | P3:vat | cluster | ours           | physical
X10         | E:vat  | sme     | yes       | P1:vat | cluster | ours           | physical
X11         | E:vat  | sme     | yes       | P2:vat | cluster | ours           | physical
X12         | Z:vat  | sme     | yes       | P1:vat | cluster | other          | physical

exchange_id | start_date | end_date   | working_days | visitors | status    | closing_report_date
X1          | 2023-05-08 | 2023-05-10 | 3            | 2        | completed | 2023-05-22
X2          | 2023-06-05 | 2023-06-09 | 5            | 1        | completed | 2023-06-16
X7          | 2023-11-09 | 2023-11-10 | 2            | 1        | completed | 2023-11-20
X9          | 2024-06-10 | 2024-06-14 | 5            | 1        | completed | 2024-06-21
X10         | 2023-06-19 | 2023-06-21 | 3            | 1        | completed | 2023-06-28
X11         | 2024-09-09 | 2024-09-11 | 3            | 1        | completed |
X12         | 2023-06-12 | 2023-06-14 | 3            | 1        | completed | 2023-06-20

exchange_id | validated_date | evidence_ref
X1          | 2023-06-05     | X1.zip
X2          | 2023-06-30     | X2.zip
X7          | 2023-12-01     | X7.zip
X9          | 2024-07-05     | X9.zip
X10         | 2023-07-10     | X10.zip
X11         |                | X11.zip
X12         | 2023-07-03     | X12.zip
""",
        ("p2", "exchanges"): """
exchange_id | vo     | vo_type | vo_is_sme | ho     | ho_type | vo_partnership | mode
X5          | Dx:vat | sme     | unknown   | P1:vat | cluster | ours           | physical
X6          | G:vat  | sme     | yes       | P3:vat | cluster | ours           | physical
X8          | A:vat  | sme     | yes       | P2:vat | cluster | ours           | physical

exchange_id | start_date | end_date   | working_days | visitors | status    | closing_report_date
X5          | 2023-10-02 | 2023-10-04 | 3            | 1        | completed | 2023-10-13
X6          | 2024-04-15 | 2024-04-17 |              | 1        | cancelled |
X8          | 2023-05-08 | 2023-05-10 |              | 2        | completed |

exchange_id | validated_date | evidence_ref
X5          | 2023-10-27     | X5.zip
X6          |                | X6.zip
X8          |                | X8.zip
""",
        ("p3", "exchanges"): """
exchange_id | vo     | vo_type | vo_is_sme | ho     | ho_type  | vo_partnership | mode
X3          | C:vat  | sme     | yes       | B:vat  | sme      | ours           | physical
X4          | P3:vat | cluster | no        | RI:vat | research | ours           | physical

exchange_id | start_date | end_date   | working_days | visitors | status    | closing_report_date
X3          | 2024-02-26 | 2024-03-01 |              | 1        | completed | 2024-03-11
X4          | 2023-09-04 | 2023-09-08 | 5            | 1        | completed | 2023-09-18

exchange_id | validated_date | evidence_ref
X3          | 2024-03-25     | X3.zip
X4          | 2023-10-02     | X4.zip
""",
    },
    expected="""
kpi           | policy       | RP1 new | RP2 new | RP1 cum | RP2 cum | all cum | RP1 act | RP2 act
4a.O3         |              | 4       | 1       | 4       | 5       | 5       | 4       | 1
4a.O3.pending |              | -       | -       | -       | -       | 1       | -       | -
4a.O4         | conservative | 1/4     | 1/1     | 1/4     | 2/5     | 2/5     | -       | -
4a.O4         | reported     | 2/4     | 1/1     | 2/4     | 3/5     | 3/5     | -       | -
4a.O4         | potential    | 3/4     | 1/1     | 3/4     | 4/5     | 4/5     | -       | -

kpi           | all act | target | state
4a.O3         | 5       | 50     | missed
4a.O3.pending | -       |        |
4a.O4         | -       | 50     | missed
4a.O4         | -       | 50     | achieved
4a.O4         | -       | 50     | achieved
""",
    fates="""
exchange_id | fate         | reason
X1          | counted      |
X2          | counted      |
X3          | counted      |
X4          | counted      |
X5          | counted      |
X6          | excluded     | STATUS
X7          | excluded     | TOO_SHORT
X8          | duplicate_of | X1
X9          | excluded     | VISITOR_ONCE
X10         | excluded     | SAME_COUNTRY
X11         | pending      | CLOSING_REPORT
X12         | excluded     | OTHER_PARTNERSHIP
""",
)

EXAMPLES: Final = (_M1, _O1, _O2, _O3_O4)
