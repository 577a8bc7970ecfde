"""Registry entries of the pairwise and the gradient measures."""

from layers.measures.disparity import concentration, logit, pairwise, slope
from layers.measures.disparity.entry import Measure

_WHO = "World Health Organization 2013, Handbook on health inequality monitoring"
_BOUNDED = "; of a value bounded on a…b: of (y − a)/(b − a), with scale 1"
_FEW = "Fewer than three ordered groups, or groups without a natural order."

PAIRWISE = (
    Measure(
        name="difference",
        code="D",
        title="Difference",
        formula="y1 − y2; variance s1² + s2²",
        sentence="How many points lie between the two groups compared.",
        avoid="To summarise all groups: it sees two and ignores how many people are in them. Where the data "
        "choose the groups, the limits allow for the choice and the standard error does not.",
        source=_WHO,
        how=pairwise.DIFFERENCE,
    ),
    Measure(
        name="ratio",
        code="R",
        title="Ratio",
        formula="y1 / y2; variance of the logarithm (s1/y1)² + (s2/y2)²",
        sentence="How many times the value of one group is that of the other.",
        avoid="When a value is near zero: small changes then make huge ratios. The ratios of a rate and of "
        "its complement can tell opposite stories.",
        source=_WHO,
        how=pairwise.RATIO,
    ),
)

GRADIENT = (
    Measure(
        name="aci",
        code="ACI",
        title="Absolute concentration index",
        formula="2 Σ p (x − ½) y",
        sentence="How far the indicator is concentrated among the advantaged (positive) or the disadvantaged "
        "(negative), in the indicator's own unit.",
        avoid=_FEW,
        source="Kakwani, Wagstaff, van Doorslaer 1997",
        how=concentration.ACI,
        needs_order=True,
    ),
    Measure(
        name="rci",
        code="RCI",
        title="Relative concentration index",
        formula="ACI / μ",
        sentence="The absolute concentration index as a share of the mean.",
        avoid=_FEW
        + " For a percentage its range depends on the mean: prefer the Wagstaff or Erreygers form.",
        source="Kakwani, Wagstaff, van Doorslaer 1997",
        how=concentration.RCI,
        needs_order=True,
    ),
    Measure(
        name="rci_wagstaff",
        code="RCI-W",
        title="Concentration index, Wagstaff normalisation",
        formula="RCI / (1 − μ/scale)" + _BOUNDED,
        sentence="The concentration index as a share of the largest that the mean allows.",
        avoid=_FEW + " When the mean is near 0 or the scale.",
        source="Wagstaff 2005",
        how=concentration.RCI_WAGSTAFF,
        needs_order=True,
        needs_proportion=True,
    ),
    Measure(
        name="rci_erreygers",
        code="RCI-E",
        title="Concentration index, Erreygers correction",
        formula="4 ACI / scale" + _BOUNDED,
        sentence="The concentration index of a percentage; counting failures gives the same size.",
        avoid=_FEW,
        source="Erreygers 2009",
        how=concentration.RCI_ERREYGERS,
        needs_order=True,
        needs_proportion=True,
    ),
    Measure(
        name="sii",
        code="SII",
        title="Slope index of inequality (logistic)",
        formula="(p(1) − p(0)) · scale, p(x) = expit(b0 + b1 x) fitted with population weights",
        sentence="How many points lie between the most and the least advantaged person on the fitted curve.",
        avoid=_FEW + " When the values do not rise or fall steadily along the order.",
        source=_WHO,
        how=logit.SII,
        needs_order=True,
        needs_proportion=True,
    ),
    Measure(
        name="rii",
        code="RII",
        title="Relative index of inequality (logistic)",
        formula="p(1) / p(0), p(x) = expit(b0 + b1 x) fitted with population weights",
        sentence="How many times the most advantaged person's fitted value is that of the least advantaged.",
        avoid=_FEW + " When the values do not rise or fall steadily along the order.",
        source=_WHO,
        how=logit.RII,
        needs_order=True,
        needs_proportion=True,
    ),
    Measure(
        name="sii_linear",
        code="SII-L",
        title="Slope index of inequality (linear)",
        formula="slope of the population-weighted line of y on x",
        sentence="How many points lie between the most and the least advantaged person on the fitted line.",
        avoid=_FEW + " For percentages near 0 or the scale: the line leaves the possible range.",
        source="Pamuk 1985",
        how=slope.SII_LINEAR,
        needs_order=True,
    ),
    Measure(
        name="rii_linear",
        code="RII-L",
        title="Relative index of inequality (linear)",
        formula="(b0 + b1) / b0 of the population-weighted line of y on x",
        sentence="How many times the end of the fitted line is its start.",
        avoid=_FEW + " When the line reaches zero: no ratio exists then.",
        source="Mackenbach and Kunst 1997",
        how=slope.RII_LINEAR,
        needs_order=True,
    ),
)
