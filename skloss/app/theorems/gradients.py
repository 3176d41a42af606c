"""The gradient of cross-entropy and of squared error through a sigmoid."""

from skloss.app.parts import frame
from skloss.app.theorems.theorem import Theorem, slider
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
)
