@echo off
rem Windows: "make demo" and "make test" in a command prompt (".\make demo" in PowerShell).
setlocal
cd /d "%~dp0"
if not exist .venv\.ready (
  echo Setting up .venv from requirements.lock, once, a few minutes...
  py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" || (echo The toolkit needs Python 3.11 or newer.& exit /b 1)
  py -3 -m venv .venv || exit /b 1
  .venv\Scripts\python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || exit /b 1
  .venv\Scripts\python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . || exit /b 1
  echo ready> .venv\.ready
)
if "%1"=="demo" (.venv\Scripts\toolkit demo demo & exit /b)
if "%1"=="test" (
  .venv\Scripts\python -m pytest -q -n 2 --dist loadscope tests || exit /b 1
  .venv\Scripts\python -m pytest -q -n 2 --dist loadscope --nbval --nbval-cell-timeout 120 --nbval-sanitize-with tests\nbval_sanitize.cfg notebooks\templates & exit /b
)
echo Say "make demo" or "make test".
exit /b 2
