# Two commands are enough: `make run` and `make test`. Each does its own set-up, and nothing twice.
.PHONY: run chat dialogues rasa-test report check train lint test coverage bench soak fuzz audit widget screenshots lock help

PYTHON_IN = .venv/bin/python
PORT ?= 5005
export PORT

run: ## start the assistant on http://127.0.0.1:5005/chat/ (PORT=6000 make run: another port)
	@bin/setup run
	@$(PYTHON_IN) -m bot run

chat: ## talk with the assistant in the shell
	@bin/setup run
	@$(PYTHON_IN) -m bot chat

dialogues: ## hold every dialogue of tests/dialogues, and tell what is not as it should be
	@bin/setup run
	@$(PYTHON_IN) -m bot ask tests/dialogues $(ARGS)

rasa-test: ## run Rasa's own tests, of stories with the action server's results and by cross-validation (half an hour)
	@bin/setup run
	@$(PYTHON_IN) -m bot rasa-test $(ARGS)

report: ## write what visitors asked, and asked in vain, into usage-report.html and usage-report.csv
	@bin/setup run
	@$(PYTHON_IN) -m bot report $(ARGS)

check: ## check the store, the phrases and the words, and say what to write instead (ARGS=--all: everything)
	@bin/setup run
	@$(PYTHON_IN) -m bot check $(ARGS)

train: ## train the model, if an input has changed
	@bin/setup run
	@$(PYTHON_IN) -m bot train

lint: ## look at the code's form, types and imports
	@bin/setup test
	@bin/lint

test: ## look at the code as above, and run every test
	@bin/setup test
	@bin/lint
	@$(PYTHON_IN) -m bot train
	@$(PYTHON_IN) -m pytest $(ARGS)

coverage: ## run every test, and tell which lines and branches of bot and actions none has run
	@bin/setup test
	@$(PYTHON_IN) -m bot train
	@$(PYTHON_IN) -m coverage run -m pytest $(ARGS)
	@$(PYTHON_IN) -m coverage combine --quiet
	@$(PYTHON_IN) -m coverage report --fail-under=95

bench: ## hold the assistant against stock Rasa, and look whether cost grows (an hour, on a machine that does nothing else)
	@bin/setup test
	@$(PYTHON_IN) -m bot train
	@$(PYTHON_IN) -m benchmarks.against_stock --epochs 1 --out benchmarks/against_stock.md $(ARGS)
	@$(PYTHON_IN) -m benchmarks.flat --out benchmarks/flat.md

soak: ## take one process after another away from several, under load (10 minutes; needs redis-server, nginx and root)
	@bin/setup run
	@$(PYTHON_IN) -m bot train
	@$(PYTHON_IN) -m benchmarks.soak --minutes 10 --out benchmarks/soak.md $(ARGS)

fuzz: ## send 100,000 hostile requests to an assistant, and write what came of it (a quarter of an hour)
	@bin/setup test
	@$(PYTHON_IN) -m bot train
	@$(PYTHON_IN) -m benchmarks.fuzz --requests 100000 --out benchmarks/fuzz.md $(ARGS)

audit: ## compare what is installed with the lists, and tell what is known against it
	@bin/setup run
	@bin/audit

widget: ## build the page and the loader from bot/widget/src
	@bin/setup test
	@cd bot/widget && npm run --silent check && npm run --silent build

screenshots: ## take pictures of the page, the widget and the report, to be looked at (needs Chromium)
	@bin/setup test
	@$(PYTHON_IN) -m bot train
	@$(PYTHON_IN) -m tests.widget.screenshots $(ARGS)
	@$(PYTHON_IN) -m tests.usage.screenshot $(ARGS)

lock: ## pin the newest versions that requirements/*.in allow, with hashes
	@bin/setup test
	@bin/lock

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'
