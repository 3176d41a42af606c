"""When Newton's method accepts a step, changes its damping and ends."""

# Widths of the rounded kinks in turn, in standard deviations of y, each this part of
# the one before, so that few steps lead from one optimum to the next; the last, 2e-6,
# moves the objective by less than its own rounding shows.
NARROWING = 0.3
WIDTHS = [NARROWING**k for k in range(1, 12)]

# Armijo's constant (Nocedal & Wright 2006, eq. 3.6a), on half of the slope: a step must
# gain a tenth of what the quadratic model predicts.
SUFFICIENT_DECREASE = 0.1
# Damping starts at a billionth of the mean curvature, changes tenfold, and ends after
# 30 tries at 1e20 times it, where a step no longer moves the weights.
FIRST_DAMPING, DAMPING_FACTOR, MOST_TRIES = 1e-9, 10, 30
# Always added to the curvature: Cholesky's factors of a singular Hessian (collinear
# columns, or scores of a softmax that may shift together) then exist.
LEAST_RIDGE = 1e-13

# Relative gains that end a stage. Newton converges quadratically: after a gain of 1e-11
# a smooth loss would gain about its square, which is below float64's rounding.
SMOOTH_GOAL = 1e-11
# A loss that is not convex can be flat, so that gains shrink by a constant factor, and
# rounded kinks of a curved surface are many: what is left is below a millionth.
CURVED_GOAL = 1e-9
# A rounded kink has large third derivatives, so that a small gain may be followed by
# another: continue to rounding.
KINK_GOAL = 1e-15
# A stage that is not the last only has to start the next one well. Of a convex loss,
# the path of optima is nearly straight, and its extrapolation is worth precision: of
# 442 rows, the absolute error takes 70 steps with this goal and 151 with 1e-6.
CONVEX_STAGE_GOAL = 1e-9
CURVED_STAGE_GOAL = 1e-7
# Accepted when max_iter is reached: among many kinks the last gains come slowly, and
# no longer change a prediction in its sixth digit.
ACCEPTED_GAIN = 1e-9
# A gain equal to the predicted one to this precision means a quadratic objective,
# whose minimum one undamped step reaches exactly.
QUADRATIC = 1e-9
# Gains are relative to the objective, or to a thousandth of the mean curvature where
# the objective is close to zero, as for an exact fit.
CURVATURE_SHARE = 1e-3
# A predicted decrease below rounding: no direction leads down.
ROUNDING = 1e-15
# Centring scores may change the objective by its rounding, not more.
CENTRING_TOLERANCE = 1e-12


def goal(loss, is_last):
    """Return the relative gain that ends a stage of a loss, the last one or another."""
    if not is_last:
        return CONVEX_STAGE_GOAL if loss.is_convex else CURVED_STAGE_GOAL
    if not loss.is_convex:
        return CURVED_GOAL
    return SMOOTH_GOAL if loss.is_smooth else KINK_GOAL
