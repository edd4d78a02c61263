"""The domain: clusters, applications, enterprises, the standard, organisations and regions."""
