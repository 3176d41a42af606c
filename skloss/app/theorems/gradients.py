"""The gradient of cross-entropy and of squared error through a sigmoid."""

from typing import Any

from skloss import report
from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider, slider_value
from skloss.figures import theory


def _show() -> str:
    score = slider("Raw score z", "theory.gradients.score", -8.0, 8.0, -5.0, 0.5)
    frame.figure(theory.sigmoid_gradients(score), key="sigmoid-gradients")
    return (
        "import torch\nfrom skloss import get_loss\n\n"
        f"z = torch.tensor([[{score}]], requires_grad=True)\n"
        'get_loss("cross_entropy")(z, torch.tensor([1.0])).backward()\n'
        "print(z.grad.item(), torch.sigmoid(z).item() - 1)"
    )


def _on_rows(comparison: Any) -> bool:
    if not comparison.task.has_classes:
        return False
    score = slider_value("theory.gradients.score", -5.0)
    drawn = theory.sigmoid_gradients(score, report.margins(comparison))
    frame.figure(drawn, key="gradients-of-rows")
    return True


THEOREM = Theorem(
    "gradients",
    "Gradients through a sigmoid",
    "A link function and its loss belong together. With a sigmoid, binary "
    "cross-entropy has the gradient probability minus label, which does not vanish "
    "while the prediction is wrong. Squared error has an additional factor, which "
    "vanishes where the sigmoid saturates:\n\n"
    r"$$\frac{\partial\,\mathrm{BCE}}{\partial z} = \hat y - y \qquad "
    r"\frac{\partial\,(\hat y - y)^2}{\partial z} = "
    r"2\,(\hat y - y)\,\hat y\,(1 - \hat y)$$",
    _show,
    _on_rows,
)
