"""One module per page of the portal, each with its routes.

Belongs here: reading a request, asking for values, choosing a template.
Does not belong here: what values mean (the modules that are asked), HTML (templates).
"""

from eurocluster.portal.routes import (
    assets,
    deliveries,
    desk,
    documentation,
    explore,
    exports,
    findings,
    kpi,
    notices,
    releases,
    runs,
    scoreboard,
    upload,
    what_if,
)

ROUTERS = (
    scoreboard.router,
    kpi.router,
    deliveries.router,
    findings.router,
    desk.router,
    releases.router,
    what_if.router,
    explore.router,
    upload.router,
    runs.router,
    exports.router,
    notices.router,
    documentation.router,
    assets.router,
)
"""Every router, in the order of the navigation."""
