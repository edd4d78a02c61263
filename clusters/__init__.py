"""The domain: clusters, applications, enterprises, the standard, organisations and regions."""

# Forms name our codes (uscc, region …): whoever loads the domain can read every form.
import clusters.form_checks  # noqa: F401
