"""The kit every screen is made of: theme colours, cards, filters, charts, tables, grids. It knows no feature.

With `orchflow.screens` the only package that imports streamlit or plotly.
"""
