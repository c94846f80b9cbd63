-- A misspelt setting.

SET 'execution.checkpointing.intervall' = '10 s';
--! line 3, column 5: unknown setting 'execution.checkpointing.intervall'; did you mean 'execution.checkpointing.interval'?
--!   SET 'execution.checkpointing.intervall' = '10 s';
--!       ^
