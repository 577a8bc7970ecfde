"""Derivation: indicators become layers like any other, with lineage to the exact versions they were made from.

plan             derivations, chosen: all that a profile derives, in its order
indicators       derive_indicator: an indicator's tidy table, and a layer of features for each type of places
disparity        disparity_product: the groups of an indicator compared in every place
change           change_product: two periods compared in every place
indexes          derive_index: composite indexes
releases         derive_release: protected tables of registers
disclosure       audit_register: what is released of a register, audited again
spatial          column_pattern: whether a column clusters in space
explain          explain: a published number walked back to its inputs
plain_tables     plain_table: disclosure control of a bare table
subgroup_tables  subgroup_measures: measures of a bare table of subgroups
survey_tables    survey_table: measures of a bare table of people
publication      Product, publish_derived: the stages of every derived layer
"""
