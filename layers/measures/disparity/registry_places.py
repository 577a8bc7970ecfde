"""Registry entries of the measures over places and units: place against state, segregation, exposure."""

from functools import partial

from layers.measures.disparity import exposure, part_whole, segregation
from layers.measures.disparity.entry import Measure
from layers.measures.disparity.segregation_error import evaluate_corrected_dissimilarity, evaluate_index

_MASSEY = "Massey and Denton 1988"
_REARDON = "Reardon and Firebaugh 2002"

PLACE_AND_STATE = (
    Measure(
        name="place_state_difference",
        code="PSD",
        title="Place minus state",
        formula="y_place − y_state; variance s_place² + s_state² − 2 q s_place², q the place's share",
        sentence="How many points the place lies above or below the state that contains it.",
        avoid="When the state's standard error does not cover the place's, as with totals fixed to "
        "population estimates: then no error is given.",
        source="Part–whole covariance of a weighted mean and its part",
        how=part_whole.place_state_difference,
        data=part_whole.PartWhole,
        needs_population=True,
    ),
    Measure(
        name="place_state_ratio",
        code="PSR",
        title="Place divided by state",
        formula="y_place / y_state; variance of the logarithm with the same covariance",
        sentence="How many times the place's value is that of the state that contains it.",
        avoid="When the state's value is near zero.",
        source="Part–whole covariance of a weighted mean and its part",
        how=part_whole.place_state_ratio,
        data=part_whole.PartWhole,
        needs_population=True,
    ),
)

EXPOSURE = (
    Measure(
        name="group_exposure",
        code="GWE",
        title="Group-weighted exposure",
        formula="E_g = Σ pop_g v / Σ pop_g over units",
        sentence="The value at the home of the average member of the group.",
        avoid="When values differ much within the units: the mean of a unit is then nobody's exposure.",
        source="US EPA, EJScreen technical documentation",
        how=exposure.group_exposure,
        data=exposure.Exposure,
        needs_population=True,
    ),
    Measure(
        name="group_exposure_difference",
        code="GWED",
        title="Difference of group-weighted exposure",
        formula="E_g − E_ref",
        sentence="How much higher the value is for the group's average member than for the reference's.",
        avoid="When the group is a part of the reference: their people are taken as separate.",
        source="US EPA, EJScreen technical documentation",
        how=exposure.group_exposure_difference,
        data=exposure.Exposure,
        needs_population=True,
        needs_reference=True,
    ),
    Measure(
        name="group_exposure_ratio",
        code="GWER",
        title="Ratio of group-weighted exposure",
        formula="E_g / E_ref",
        sentence="How many times as high the value is for the group's average member as for the reference's.",
        avoid="When the reference's exposure is near zero, or the group is a part of the reference.",
        source="US EPA, EJScreen technical documentation",
        how=exposure.group_exposure_ratio,
        data=exposure.Exposure,
        needs_population=True,
        needs_reference=True,
    ),
)

SEGREGATION = tuple(
    Measure(
        name=name,
        code=code,
        title=title,
        formula=formula,
        sentence=sentence,
        avoid=avoid,
        source=source,
        how=how,
        data=segregation.UnitCounts,
        needs_population=True,
    )
    for name, code, title, formula, sentence, avoid, source, how in (
        (
            "dissimilarity",
            "D-seg",
            "Index of dissimilarity",
            "½ Σ |x_i/X − y_i/Y|",
            "The share of the group that would have to move for an even spread.",
            "When units or groups are small: chance alone makes it large. See dissimilarity_corrected.",
            _MASSEY,
            partial(evaluate_index, segregation.dissimilarity),
        ),
        (
            "dissimilarity_corrected",
            "D-seg-BC",
            "Index of dissimilarity, corrected for small units",
            "2 D − mean of D over multinomial resamples",
            "The index of dissimilarity without the part that chance alone produces in small units.",
            "For estimates with margins: it knows only the chance of complete counts.",
            "Allen, Burgess, Davidson, Windmeijer 2015",
            evaluate_corrected_dissimilarity,
        ),
        (
            "isolation",
            "xPx",
            "Isolation",
            "Σ (x_i/X)(x_i/t_i)",
            "The share of the group among the neighbours of its average member.",
            "To compare places with different shares of the group: it rises with the share. See eta_squared.",
            _MASSEY,
            partial(evaluate_index, segregation.isolation),
        ),
        (
            "interaction",
            "xPy",
            "Interaction",
            "Σ (x_i/X)(y_i/t_i)",
            "The share of the others among the neighbours of the group's average member.",
            "To compare places with different shares of the group.",
            _MASSEY,
            partial(evaluate_index, segregation.interaction),
        ),
        (
            "eta_squared",
            "eta2",
            "Correlation ratio",
            "(xPx − P) / (1 − P)",
            "Isolation beyond what the group's share of the place explains.",
            "When units or groups are small: chance alone raises it.",
            _MASSEY,
            partial(evaluate_index, segregation.eta_squared),
        ),
        (
            "entropy",
            "H",
            "Entropy index",
            "Σ t_i (E − E_i) / (E T), group against others",
            "How far the units are less mixed than the place as a whole.",
            "When units or groups are small: chance alone raises it.",
            "Theil and Finizza 1971",
            partial(evaluate_index, segregation.entropy),
        ),
        (
            "multigroup_dissimilarity",
            "D-multi",
            "Multigroup dissimilarity",
            "Σ_g Σ_i t_i |p_ig − P_g| / (2 T Σ P (1 − P))",
            "The share of people who would have to move for an even mix, relative to complete separation.",
            "When units or groups are small: chance alone raises it.",
            _REARDON,
            partial(evaluate_index, segregation.multigroup_dissimilarity),
        ),
        (
            "multigroup_entropy",
            "H-multi",
            "Multigroup entropy index",
            "Σ t_i p_ig ln(p_ig/P_g) / (T E)",
            "How far the units are less mixed, over all groups, than the place as a whole.",
            "When units or groups are small: chance alone raises it.",
            _REARDON,
            partial(evaluate_index, segregation.multigroup_entropy),
        ),
    )
)
