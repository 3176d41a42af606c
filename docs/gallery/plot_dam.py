"""
How large a margin does a dangerous error need?
===============================================

An inflow to a dam that is under-predicted floods the valley, an over-predicted one
costs a little water. LINEX describes such a cost: exponential on one side, linear on
the other. For a Gaussian forecast the best decision is the mean plus a margin that
grows with the variance and with the steepness of the cost; :func:`skloss.decide` finds
it for any distribution.
"""

import numpy as np
import plotly.graph_objects as go
from scipy import stats

from skloss import costs, decide

spread = np.linspace(0.2, 3.0, 30)
figure = go.Figure(layout={"title": "Margin of a dam above the expected inflow"})
for steepness in (0.5, 1.0, 2.0):
    forecast = stats.norm(10.0, spread)
    margin = decide(forecast, costs.Linex(-steepness)) - 10.0
    np.testing.assert_allclose(margin, steepness * spread**2 / 2, rtol=1e-6)
    figure.add_scatter(x=spread, y=margin, name=f"a = -{steepness}")
figure.update_layout(
    xaxis_title="standard deviation of the forecast", yaxis_title="margin"
)
