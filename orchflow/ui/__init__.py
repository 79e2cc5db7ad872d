"""The kit every screen is made of: theme colours, cards, filters, charts, tables, grids, sign-in.

With `orchflow.screens` the only package that imports streamlit or plotly. It knows no feature but `orchflow.people`.
"""
