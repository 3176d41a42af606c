"""The modules that users may import from; every other one may change without notice."""

import skloss

#: Public although `skloss` itself exports nothing of them: figures, checks and reports
#: are reached from a comparison, and imported by name in notebooks.
OF_COMPARISONS = ("skloss.diagnostics", "skloss.figures", "skloss.report")

#: Names of all public modules, in order. The rest is derived from `skloss.__all__`.
PUBLIC_MODULES = tuple(
    sorted(
        {
            "skloss",
            *skloss._HOMES.values(),
            *(f"skloss.{name}" for name in skloss._MODULES),
            *OF_COMPARISONS,
        }
    )
)
