"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.models.lerian_approval_limits import Limit as Limit
from tieout_client.models.lerian_approval_limits import Limits as Limits
from tieout_client.models.lerian_approval_limits import NewLimit as NewLimit
from tieout_client.models.lerian_bulk import BulkFailure as BulkFailure
from tieout_client.models.lerian_bulk import BulkOutcome as BulkOutcome
from tieout_client.models.lerian_comments import Comment as Comment
from tieout_client.models.lerian_comments import CommentsPage as CommentsPage
from tieout_client.models.lerian_exceptions import ExceptionsPage as ExceptionsPage
from tieout_client.models.lerian_exceptions import LerianException as LerianException
from tieout_client.models.lerian_exceptions import PendingResolution as PendingResolution
from tieout_client.models.lerian_external_issues import CallbackAnswer as CallbackAnswer
from tieout_client.models.lerian_external_issues import Dispatched as Dispatched
