"""The kit every screen is made of: theme colours, cards, filters, charts, tables, grids, sign-in.

The only package besides `pages/` that imports streamlit or plotly. It knows no feature but `orchflow.people`.
"""
