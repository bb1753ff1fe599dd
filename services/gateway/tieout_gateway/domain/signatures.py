"""Which signatures of tokens may be believed at all."""

# By a key that only the issuer has. A shared secret (HS256, …) is none: who may read it may sign.
ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
