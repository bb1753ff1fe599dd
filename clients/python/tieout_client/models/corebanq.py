"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.models.corebanq_discrepancies import Discrepancy as Discrepancy
from tieout_client.models.corebanq_discrepancies import (
    DiscrepancyOrderedPage as DiscrepancyOrderedPage,
)
from tieout_client.models.corebanq_entries import GeneralEntry as GeneralEntry
from tieout_client.models.corebanq_entries import GeneralEntryOrderedPage as GeneralEntryOrderedPage
from tieout_client.models.corebanq_items import Item as Item
from tieout_client.models.corebanq_items import ItemOrderedPage as ItemOrderedPage
from tieout_client.models.corebanq_ledgers import Account as Account
from tieout_client.models.corebanq_ledgers import AddedEntries as AddedEntries
from tieout_client.models.corebanq_ledgers import AddedEntry as AddedEntry
from tieout_client.models.corebanq_ledgers import Amount as Amount
from tieout_client.models.corebanq_ledgers import Ledger as Ledger
from tieout_client.models.corebanq_ledgers import LedgerAccount as LedgerAccount
from tieout_client.models.corebanq_ledgers import (
    LedgerAccountOrderedPage as LedgerAccountOrderedPage,
)
from tieout_client.models.corebanq_ledgers import NewLedgerEntry as NewLedgerEntry
from tieout_client.models.corebanq_ledgers import ReconciledRun as ReconciledRun
from tieout_client.models.corebanq_matches import LedgerMatchOrderedPage as LedgerMatchOrderedPage
from tieout_client.models.corebanq_runs import EntryAllocation as EntryAllocation
from tieout_client.models.corebanq_runs import LedgerMatch as LedgerMatch
from tieout_client.models.corebanq_runs import LedgerRun as LedgerRun
from tieout_client.models.corebanq_runs import LedgerRunOrderedPage as LedgerRunOrderedPage
from tieout_client.models.corebanq_runs import MatchAdjustment as MatchAdjustment
from tieout_client.models.corebanq_runs import Matched as Matched
from tieout_client.models.corebanq_sources import FileError as FileError
from tieout_client.models.corebanq_sources import FileRejection as FileRejection
from tieout_client.models.corebanq_sources import SourceFile as SourceFile
from tieout_client.models.corebanq_sources import SourceFileOrderedPage as SourceFileOrderedPage
from tieout_client.models.corebanq_sources import UploadedFile as UploadedFile
