"""The composition root: settings, tenants, the command line. The only room that knows everybody."""
