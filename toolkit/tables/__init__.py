"""Display tables as `document.Table`, made from data frames."""

from toolkit.tables.building import action_table, matrix_table, rating_table, response_table, share_table, table

__all__ = ["action_table", "matrix_table", "rating_table", "response_table", "share_table", "table"]
