"""The prose of the page of methods; tables and measures are added from the registries by `layers.methods_page`."""

HEAD = """\
# Methods

<!-- Made from the registries of `layers/measures` by `python -m layers.methods_page`; edit those and not this page. -->

Notation: groups i with estimate y_i, standard error s_i and population w_i; p_i is the share of the population,
μ the mean over all people, r_i = y_i/μ. Margins of error are 90% unless said otherwise; the standard error is
the margin / 1.645.

## Every number carries its error

- **Sums of survey estimates**: the root of the sum of squared margins; of several components that are zero only
  the largest margin counts, once (`zero_margins: largest-once`), because their errors are not independent. The
  plain root of the sum of squares is another named policy, for tables that were published with it.
- **Proportions** of a part of the whole: √(MX² − p²MY²)/Y, and the formula for ratios where the root has no
  value. Ratios, products and percent changes have their own formulas. A margin that was published is preferred
  to a derived one, and the table says which it is (`moe_source`).
- **Counts of events**: exact Poisson limits; **shares of counts**: Wilson's limits; rates adjusted for age: Fay
  and Feuer, or on request Dobson's limits around Byar's or the exact ones; indirectly adjusted ones: the limits of
  the observed count.
- **A place against its state**: the state contains the place, so the difference is (1 − q)(y_place − y_rest),
  where q is the place's share of the denominator. The two are never treated as independent.
- **Moving values between places**: where places nest, values are summed; else people in the smaller units are
  the weights; area is the last resort. Each value says which (`method`) and how much weight had to be split
  (`split_share`). What the source itself says of a place stands. Rates move through their numerator and
  denominator. Medians are read from the moved counts of a distribution in bins; a finished median stands only for
  a place that is one whole other place, and is marked `not_published` for any other.
"""

LIMITS = """\
## Where limits come from

- **Standard errors** follow from the groups' own errors by the delta method, so that they say what would change if
  the survey were repeated. `--variance regression` takes the scatter of the groups around the line instead, as some
  packages do, for the gradient measures only.
- **Ratios** have limits on the logarithmic scale; variances and their roots on the square; measures that cannot be
  negative are cut off at zero.
- **Sums of absolute distances** are raised by noise; their lower limit is lowered by that much, the estimate is left.
- **Where the data choose the groups** (the highest and the lowest, the best, the worst against a reference) the
  limits hold for all comparisons at once (Šidák), because the usual ones are too narrow. The standard error given is
  that of the pair that was chosen.
- **The mean** is that of the groups by their population; a published average can be taken instead (`--average
  published`), and then moves with the groups. Counts are not rounded in the logistic measures.
- **Groups are taken as independent**, with one exception: individual survey data, below.

A bare file of groups needs no profile: `townline measures FILE` prints every measure with its standard error and
limits. Its columns are `subgroup`, `estimate`, `favourable_indicator` (1: high is good), `indicator_scale` (1, 100,
1000, 10,000 or 100,000), and where there are any `se`, `population`, `setting_average`, `subgroup_order` (the lowest is
the most disadvantaged) with `ordered_dimension` (1 or 0; without that column subgroups with two ranks or more are
ordered), `reference_subgroup` and `kind` (`proportion`, `rate` or `mean`; without the column a proportion: nothing is
guessed from the values). `--column estimate=Rate` reads a column that the file names otherwise; `--better`, `--scale`,
`--kind` and `--reference` stand for columns that it lacks. Where a result is missing or has no limits, `reason` says
why:
"""

SURVEY = """\
## Individual survey data

`townline survey FILE` computes the measures of one row per person, with design weights, primary sampling units and
strata. A measure is a function of the groups' weighted totals; its variance is that of its linear part (Taylor),
between sampling units within strata: Σ_h n_h/(n_h − 1) Σ (t − mean of the stratum)². So neighbours who are alike,
and chance in the groups' sizes and ranks, are counted. Limits take t quantiles with units less strata as degrees of
freedom. Units count as drawn with replacement, which errs on the safe side. Without units every person is one;
without strata there is one. A stratum with one unit is an error unless `--lonely` says `centre` (its distance from
the mean of all units) or `certainty` (no error of its own). One unit in all gives estimates without limits. People
without a value stay in the design. Only measures that are smooth and whose groups are fixed in advance are computed:
the gradient measures, Theil, mean log deviation and, of ordered groups, difference, ratio and attributable risk;
each group's mean is given with its limits (Korn and Graubard's for proportions), and its difference to a reference
with their covariance. When not to use it: with fewer than some eight
degrees of freedom. Source: Woodruff 1971; Binder and Kovačević 1995; Korn and Graubard 1998.
"""

DISPARITY_LAYERS = """\
## Disparity layers

`disparity:` in an indicator's file makes one layer per dimension and place type: every group against the reference
group (difference, ratio, verdict) and measures over all groups, for the latest period; `tidy.csv` and `tidy.parquet`
beside it have one row per value of all periods, `tidy-dictionary.csv` what each column means. Reference, favourable
direction, confidence, measures, correction and what to do about missing groups come from that file. `order:` gives a
dimension its order from the most disadvantaged to the most advantaged, for the gradient measures. A layer takes
one vintage of places. When not to use it: to rank places by their disparity without looking at the limits.
`townline disparity INDICATOR --by DIMENSION --places TYPE` prints the same.
"""

VERDICTS = """\
## Verdicts

One class per place and group, from the interval and not from the point. Where several hold, the first in this order
counts: no population, suppressed, unreliable, and only then clearly worse, clearly better or no clear difference. So
a group that is withheld stays *suppressed* even where its reference is unreliable, and the other way round; a
withheld or unreliable reference decides for all groups, and a value without a known error is *unreliable*.

With many places some differences look clear by chance: of a hundred without any difference, five at 95%.
`correction: benjamini_hochberg` bounds the expected share of false calls among all clear ones; the family is all
places and groups of a period, less those that are not tested. The record of the layer says whether it was used. It
changes verdicts, never limits.
"""

CHANGE = """\
## Change over time

`change:` in an indicator's file makes one layer per place type: two periods of every group, later − earlier with its
margin √(M1² + M2²), the change in percent with the margin 100 √(M2² + (X2/X1)² M1²)/X1, and a verdict. `earlier:`
names other indicators with earlier periods of the same thing. `townline change INDICATOR --places TYPE` prints it.

- **One series per place, on the newest vintage.** Where a crosswalk gives an old id exactly one new one (towns and
  tracts of Connecticut in 2022) the value takes the new id; `moved`, `source_id` and `source_vintage` say so of every
  value in `series.csv`. Places that became one, or that no crosswalk moves, such as counties to planning regions,
  are a gap with the reason: let the earlier indicator add them up from towns or tracts (`derived: sum_of`).
- **Overlapping periods are refused** (2017–2021 against 2018–2022): four of their five years are the same answers,
  so that neither margin nor test would be true. By default the last period is compared with the first that does not
  overlap it. Spans of years count as whole calendar years; for school and fiscal
  years `years_from` names the month that they begin with, so that years that touch do not overlap.
- **No error, no verdict**: values without a margin have a change and the verdict *unreliable*; limits of bins
  (top-coded medians) have no change.

When not to use it: across a change of the question or the definition; where only one group's rounding moved. Source:
Census Bureau, Understanding and using American Community Survey data.
"""

SPATIAL = """\
## Spatial pattern

Moran's I = (n/Σw) Σ_ij w_ij (x_i − mean)(x_j − mean)/Σ (x_i − mean)²: whether like values lie side by side; tested
under randomisation. Local Moran's I says where: each place is classed by its own value and that of its neighbours,
if 999 permutations of the others rarely give as much (two-sided, 95% unless told otherwise). Neighbours share a border
or a corner; weights of a row add up to one. Permutations are seeded from the values: equal values give equal classes.
Places without a value, and islands without a neighbour that has one, take no part. `spatial: {places: [tract]}` in an
indicator's file adds the column `total_hot_spot` with its p-value, and Moran's I to the receipt; `townline spatial
LAYER COLUMN` shows any column of a layer of polygons. Computed by esda (PySAL). When not to use it: with fewer than
some thirty places; as a proof about a single place, for the classes are not corrected for the number of places; for
rates of few cases, whose noise it takes for values. Source: Moran 1950; Anselin 1995.
"""

COMPOSITE = """\
## Composite indexes

Declared in `config/<state>/indexes/*.yml`: themes of variables, each a column of a published layer. `layer:` at the
top stands for all numbers that name none, so that the same index of another state or level is one line.

- *Percentile rank sum*: each variable is ranked among the state's places, (rank − 1)/(N − 1) of those that have a
  value, ties at the lowest, rounded to four decimals with exact halves upward; where high is good, 1 − rank. Ranks
  are summed by theme and ranked again; themes are summed and ranked for the total. `flag_at: 0.9` counts variables
  at or above it. This is the method of the Social Vulnerability Index of CDC/ATSDR, whose published ranks it
  reproduces.
- *Z-score mean*: the mean of z-scores (deviation over all places with a value) by theme, and the mean of the themes.
- *Threshold count*: how many variables reach their threshold.

```yaml
id: social-vulnerability
title: Social vulnerability
title_es: Vulnerabilidad social
definition: Where social conditions make it harder to live through an emergency.
definition_es: Dónde las condiciones sociales dificultan vivir una emergencia.
method: percentile_rank_sum
flag_at: 0.9
layer: svi-inputs
places: tract
vintage: "2022"
missing: [-999]
population: {column: people}
source: CDC/ATSDR Social Vulnerability Index 2022
themes:
  - id: socioeconomic
    title: Socioeconomic status
    title_es: Situación socioeconómica
    variables:
      - {id: poverty, title: Below 150% of poverty, title_es: Bajo 150% de pobreza, column: ep_pov150, moe: mp_pov150}
      - {id: unemployed, title: Unemployed, title_es: Desempleo, column: ep_unemp, moe: mp_unemp}
```

Numbers named in `missing` (−999) are missing values. A place without one of a theme's values has no result for the
theme and none for the total, and takes no rank from others; its flags are counted without it. `population:` names the
people of each place: a place without people has no ranks at all. Where the variables have margins of error, the total
rank has limits: 90% of the ranks of 400 draws lie inside. When not to use it: to compare ranks of two states or
years, since each is relative to its own places; where one theme holds most variables and equal weight is not meant.
Source: Flanagan, Gregory, Hallisey, Heitgerd, Lewis 2011, A social vulnerability index for disaster management.
"""

BAD_INPUT = (
    (
        "a group that is present in one period only",
        "its other period is `missing`, never zero: no difference, verdict *unreliable*; a change has no "
        "value and says why",
    ),
    (
        "a numerator above its denominator",
        "the share is shown as it is and flagged `unreliable`; in all measures it counts as missing. "
        "Given to a measure as counts it is an error",
    ),
    (
        "a negative count, weight, population or standard error",
        "an error that names the argument and how many cells, never a value; what was published stays",
    ),
    (
        "all groups of a place suppressed",
        "every verdict is *suppressed*; measures over the groups have no value and the reason",
    ),
    (
        "one place only",
        "a layer with one row; a percentile rank is missing, a spatial pattern is an error, verdicts are "
        "as ever",
    ),
    (
        "a group without people",
        "*no population*; measures that need it have no value and the reason, with `missing: available` "
        "they are of the groups that are there",
    ),
    (
        "a missing reference group",
        "no comparison with it; it is never replaced by another",
    ),
    (
        "a rate on an unknown scale, or above a proportion's",
        "an error; the scale is never guessed",
    ),
    (
        "a zero where a ratio or a logarithm is taken",
        "no value, with the reason; the other measures are computed",
    ),
    (
        "a missing standard error",
        "the estimate without limits, with the reason; verdict *unreliable*",
    ),
    (
        "two groups, or sixty",
        "as any other number; the regression variance needs three",
    ),
)
"""What comes in, and what happens."""

SUPPRESSION = """\
## Disclosure control

Cells that the policy hides (primary) are joined by others (complementary), so that nobody can compute a hidden
count from the published ones, over all totals, levels and linked tables at once: a cell may be published only
when it is linearly independent of what is hidden, which Gaussian elimination over a prime field decides
exactly. A linear program then gives the interval that a reader could compute for every hidden cell; no interval
may be narrower than the policy's width. The public sees one symbol for both kinds. Percentages, rates and
margins that would give a count away are hidden with it, and a new release is audited together with every
earlier one.

The difference of two releases of a corrected register counts the people who were corrected, and these are few. So a
register that changed is not released again for the same `period`. With `corrections: accepted` it is: readers may
then see those differences, the receipt says so, and the release hides also what it would have to hide had it
counted the people of each earlier state, beside all that was released then and since: what was hidden stays protected
as though nobody had been corrected. What is small now is hidden too, but what was shown of it cannot be taken back. A
register of another `period` counts other people or another time and is not compared.
"""
