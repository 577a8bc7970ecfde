"""Registry entries of the measures over all groups that need no order."""

from layers.measures.disparity import attributable, entropy, mean_difference, variation
from layers.measures.disparity.entry import Measure

_HARPER = "Harper and Lynch 2005, Methods for measuring cancer disparities"
_AHN = "Ahn, Harper, Yu, Feuer, Liu, Luta 2018"
_NOISE = "When the groups' standard errors are as large as their differences: noise raises it. Prefer bgv."

VARIATION = tuple(
    Measure(
        name=name + suffix,
        code=code + mark,
        title=title + words,
        formula=formula,
        sentence=sentence,
        avoid="For ordered groups: it does not see the gradient." + caution,
        source=_AHN,
        how=how,
        needs_population=True,
    )
    for suffix, mark, words, caution, formulas in (
        (
            "",
            "-C",
            ", corrected for noise",
            " Negative, or zero for its root, where noise explains all differences.",
            (variation.BGV, variation.BGSD, variation.COV),
        ),
        (
            "_uncorrected",
            "",
            ", uncorrected",
            " Noise raises it; kept for comparison with published values.",
            (variation.BGV_UNCORRECTED, variation.BGSD_UNCORRECTED, variation.COV_UNCORRECTED),
        ),
    )
    for (name, code, title, formula, sentence), how in zip(
        (
            (
                "bgv",
                "BGV",
                "Between-group variance",
                "Σ p (y − μ)²; corrected: less Σ p (1 − p) s²",
                "How widely the groups scatter around the mean, in squared units.",
            ),
            (
                "bgsd",
                "BGSD",
                "Between-group standard deviation",
                "√BGV",
                "How widely the groups scatter around the mean, in the indicator's unit.",
            ),
            (
                "cov",
                "COV",
                "Coefficient of variation",
                "100 √BGV / μ",
                "How widely the groups scatter around the mean, as a percentage of the mean.",
            ),
        ),
        formulas,
        strict=True,
    )
)

MEAN_DIFFERENCES = tuple(
    Measure(
        name=name,
        code=code,
        title=title,
        formula=formula,
        sentence=sentence,
        avoid=avoid,
        source=source,
        how=how,
        needs_population=code.endswith("W"),
        needs_reference="ref" in formula,
    )
    for name, code, title, formula, sentence, avoid, source, how in (
        (
            "mdmu",
            "MDMU",
            "Mean difference from mean, unweighted",
            "(1/n) Σ |y − μ|",
            "How far the average group lies from the overall mean.",
            _NOISE,
            _HARPER,
            mean_difference.MDM_UNWEIGHTED,
        ),
        (
            "mdmw",
            "MDMW",
            "Mean difference from mean, weighted",
            "Σ p |y − μ|",
            "How far the average person's group lies from the overall mean.",
            _NOISE,
            _HARPER,
            mean_difference.MDM_WEIGHTED,
        ),
        (
            "mdbu",
            "MDBU",
            "Mean difference from best, unweighted",
            "(1/n) Σ |y − best|",
            "How far the average group lies from the best group.",
            "When the best group is small: its luck sets the standard. The limits allow for the choice.",
            _HARPER,
            mean_difference.MDB_UNWEIGHTED,
        ),
        (
            "mdbw",
            "MDBW",
            "Mean difference from best, weighted",
            "Σ p |y − best|",
            "How far the average person's group lies from the best group.",
            "When the best group is small: its luck sets the standard. The limits allow for the choice.",
            _HARPER,
            mean_difference.MDB_WEIGHTED,
        ),
        (
            "mdru",
            "MDRU",
            "Mean difference from reference, unweighted",
            "(1/n) Σ |y − y_ref|, the reference included",
            "How far the average group lies from the reference group.",
            _NOISE,
            _HARPER,
            mean_difference.MDR_UNWEIGHTED,
        ),
        (
            "mdrw",
            "MDRW",
            "Mean difference from reference, weighted",
            "Σ p |y − y_ref|",
            "How far the average person's group lies from the reference group.",
            _NOISE,
            _HARPER,
            mean_difference.MDR_WEIGHTED,
        ),
        (
            "idisu",
            "IDISU",
            "Index of disparity, unweighted",
            "100 (1/n) Σ |y − μ| / μ",
            "How far the average group lies from the overall mean, as a percentage of it.",
            _NOISE,
            _HARPER,
            mean_difference.IDIS_UNWEIGHTED,
        ),
        (
            "idisw",
            "IDISW",
            "Index of disparity, weighted",
            "100 Σ p |y − μ| / μ",
            "How far the average person's group lies from the overall mean, as a percentage of it.",
            _NOISE,
            _HARPER,
            mean_difference.IDIS_WEIGHTED,
        ),
        (
            "idisr",
            "IDISR",
            "Index of disparity from a reference",
            "100/(n − 1) Σ |y − y_ref| / y_ref over the other groups",
            "How far the other groups lie from the reference group on average, as a percentage of it.",
            _NOISE + " When the reference is near zero.",
            "Pearcy and Keppel 2002",
            mean_difference.IDIS_REFERENCE,
        ),
    )
)

ENTROPY = (
    Measure(
        name="ti",
        code="TI",
        title="Theil index",
        formula="1000 Σ p r ln r, r = y/μ",
        sentence="How unevenly the indicator is spread over people's groups, most sensitive to high values.",
        avoid=_NOISE + " For values that can be negative.",
        source=_AHN,
        how=entropy.THEIL,
        needs_population=True,
    ),
    Measure(
        name="mld",
        code="MLD",
        title="Mean log deviation",
        formula="−1000 Σ p ln r, r = y/μ",
        sentence="How unevenly the indicator is spread over people's groups, most sensitive to low values.",
        avoid=_NOISE + " When a group is at zero: it is not defined.",
        source=_AHN,
        how=entropy.MEAN_LOG_DEVIATION,
        needs_population=True,
    ),
)

ATTRIBUTABLE = (
    Measure(
        name="par",
        code="PAR",
        title="Population attributable risk",
        formula="y_best − μ (ordered groups: the most advantaged, not the best); 0 if of the wrong sign",
        sentence="How many points the overall value would change if every group did as well as the best.",
        avoid="As a causal claim. When the best group is small: its luck sets the standard.",
        source="World Health Organization 2013, Handbook on health inequality monitoring",
        how=attributable.PAR,
        needs_population=True,
    ),
    Measure(
        name="paf",
        code="PAF",
        title="Population attributable fraction",
        formula="100 (y_best − μ) / μ; 0 if of the wrong sign",
        sentence="By what percentage the overall value would change if every group did as well as the best.",
        avoid="As a causal claim. When the best group is small: its luck sets the standard.",
        source="World Health Organization 2013, Handbook on health inequality monitoring",
        how=attributable.PAF,
        needs_population=True,
    ),
)
