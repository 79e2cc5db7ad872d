-- One row: whether the signed-in role sees any row of {relation}.
select exists (select 1 from {relation}) as visible
