"""What keeps the model service from answering."""

from typing import ClassVar

from .base import AqumenError, Code


class ModelFailed(AqumenError):
    """The model service did not answer."""

    code: ClassVar[Code] = "model_unavailable"
    retry_after_seconds: float | None = None
    """How long the service asked us to wait, if it did."""


class ModelThrottled(ModelFailed):
    """ThrottlingException."""

    code = "model_throttled"
    message = "The model service is limiting how fast we may ask. Try again in a minute."
    retryable = True


class ModelNotReady(ModelFailed):
    """ModelNotReadyException."""

    code = "model_not_ready"
    message = "The model is still being loaded by the model service. Try again in a minute."
    retryable = True


class ModelUnavailable(ModelFailed):
    """ServiceUnavailableException, InternalServerException and other 5xx answers."""

    code = "model_unavailable"
    message = "The model service is unavailable at the moment. Try again in a minute."
    retryable = True


class ModelTimedOut(ModelFailed):
    """ModelTimeoutException: the model took too long for the service."""

    code = "model_timed_out"
    message = "The model took too long to answer. Try again, or choose a smaller topic."
    retryable = True


class ModelBroke(ModelFailed):
    """ModelErrorException, ModelStreamErrorException: the model failed while answering."""

    code = "model_broke"
    message = "The model failed while it was answering. Try again."
    retryable = True


class ConnectionLost(ModelFailed):
    """No connection to the model service, or one that broke."""

    code = "connection_lost"
    message = "The connection to the model service was lost. Try again."
    retryable = True


class StreamStalled(ModelFailed):
    """The service kept the connection but sent nothing for the gap timeout."""

    code = "stream_stalled"
    message = "The model stopped sending its answer. Try again."
    retryable = True


class StreamCut(ModelFailed):
    """The answer ended without `messageStop`."""

    code = "stream_cut"
    message = "The model's answer broke off before its end. Try again."
    retryable = True


class AccessDenied(ModelFailed):
    """AccessDeniedException."""

    code = "model_access_denied"
    message = (
        "The server's AWS account may not use this model. "
        "The operator has to enable access to it in Amazon Bedrock."
    )


class ModelNotFound(ModelFailed):
    """ResourceNotFoundException, or a model id the service does not know."""

    code = "model_not_found"
    message = "The model service does not know this model. The operator has to correct its id."


class ModelRetired(ModelFailed):
    """The model's end of life has come."""

    code = "model_retired"
    message = "This model has been retired. The operator has to choose a newer one."


class RequestRejected(ModelFailed):
    """ValidationException, or a request that boto3 itself would not send."""

    code = "model_request_rejected"
    message = "The model service did not accept our request."


class QuotaExceeded(ModelFailed):
    """ServiceQuotaExceededException."""

    code = "model_quota_exceeded"
    message = "The server's AWS account has reached its quota for this model."


class CredentialsMissing(ModelFailed):
    """No AWS credentials were found."""

    code = "credentials_missing"
    message = (
        "The server has no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY "
        "(or an AWS profile), or set AQUMEN_MODEL_BACKEND=simulator to work offline."
    )


class CredentialsRejected(ModelFailed):
    """AWS did not accept the credentials: expired token, wrong key, bad signature."""

    code = "credentials_rejected"
    message = "AWS did not accept the server's credentials; they may have expired."


class RegionMissing(ModelFailed):
    """No AWS region was configured."""

    code = "region_missing"
    message = "The server has no AWS region. Set AWS_REGION, for example to us-east-1."
