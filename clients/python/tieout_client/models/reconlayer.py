"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.models.reconlayer_cases import AuditEvent as AuditEvent
from tieout_client.models.reconlayer_cases import Case as Case
from tieout_client.models.reconlayer_cases import CaseBundle as CaseBundle
from tieout_client.models.reconlayer_cases import CaseEvidence as CaseEvidence
from tieout_client.models.reconlayer_cases import CaseExport as CaseExport
from tieout_client.models.reconlayer_cases import CasesPage as CasesPage
from tieout_client.models.reconlayer_cases import EvidenceCoverage as EvidenceCoverage
from tieout_client.models.reconlayer_cases import ExportFilters as ExportFilters
from tieout_client.models.reconlayer_cases import FlowLeg as FlowLeg
from tieout_client.models.reconlayer_evidence import TakenEvidence as TakenEvidence
from tieout_client.models.reconlayer_payment_intents import Money as Money
from tieout_client.models.reconlayer_payment_intents import MoneyIn as MoneyIn
from tieout_client.models.reconlayer_payment_intents import PaymentIntent as PaymentIntent
from tieout_client.models.reconlayer_payment_intents import PaymentIntentsPage as PaymentIntentsPage
from tieout_client.models.reconlayer_payment_intents import TakenPaymentIntent as TakenPaymentIntent
