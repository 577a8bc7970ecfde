"""Derivation: indicators become layers like any other, with lineage to the exact versions they were made from."""

from layers.derive.change import change_id, change_product, earlier_tables
from layers.derive.disclosure import AuditedRelease, audit_register
from layers.derive.disparity import disparity_id, disparity_product
from layers.derive.explain import Question, explain
from layers.derive.explain_steps import Step
from layers.derive.indicators import derive_indicator, feature_id, table_id
from layers.derive.plain_tables import Layout, PlainTable, plain_table
from layers.derive.plan import Derivation, chosen, derivations
from layers.derive.publication import Declared, Product, publish_derived
from layers.derive.spatial import ColumnPattern, column_pattern

__all__ = [
    "AuditedRelease",
    "ColumnPattern",
    "Declared",
    "Derivation",
    "Layout",
    "PlainTable",
    "Product",
    "Question",
    "Step",
    "audit_register",
    "change_id",
    "change_product",
    "chosen",
    "column_pattern",
    "derivations",
    "derive_indicator",
    "disparity_id",
    "disparity_product",
    "earlier_tables",
    "explain",
    "feature_id",
    "plain_table",
    "publish_derived",
    "table_id",
]
