"""The public site: nobody signs in, nothing inside is named."""
