-- reasons of failures lose what looks like data: quoted text, e-mail and web addresses, whatever holds a digit
create temp macro scrubbed(text) as regexp_replace(regexp_replace(regexp_replace(
    text, '"[^"]*("|$)|`[^`]*(`|$)|(^|\W)''[^'']*(''|$)', '…', 'g'
), '[a-zA-Z][a-zA-Z0-9+.-]*://\S+|\S+@\S+', '…', 'g'), '[^\s,;:=()\[\]{}<>|/]*\d[^\s,;=()\[\]{}<>|]*', '…', 'g');

update run_events set error = scrubbed(error) where error is not null;

update agent_runs set error = scrubbed(error) where error is not null;

drop macro scrubbed
