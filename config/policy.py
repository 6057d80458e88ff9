"""Content security policies: nothing but our own files, no inline script or style; the admin's theme needs more."""

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

_COMMON = {
    "default-src": [SELF],
    "img-src": [SELF, "data:"],  # allauth draws the two-step verification code as a data: image
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
SITE_POLICY = {"DIRECTIVES": {**_COMMON, "script-src": [SELF, NONCE], "style-src": [SELF]}}
# unfold's Alpine evaluates expressions and several of its pages style inline; only staff get this far.
ADMIN_POLICY = {
    **_COMMON,
    "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
}
