-- A wrong duration.

SET 'execution.checkpointing.interval' = 'ten seconds';
--! line 3, column 42: 'execution.checkpointing.interval' takes a duration such as '10 s', not 'ten seconds'
--!   SET 'execution.checkpointing.interval' = 'ten seconds';
--!                                            ^
