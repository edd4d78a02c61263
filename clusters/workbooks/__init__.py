"""Excel in and out: templates, uploads judged cell by cell, pages for enterprises."""
