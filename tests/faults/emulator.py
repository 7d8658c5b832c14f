"""emulator.py ARGUMENT... - moto's server as it is, but for one list: it remembers every object that it ever made, and each transaction copies its tables, 400 KB a call."""
import sys

from moto.core import common_models
from moto.server import main

common_models.BaseModel.__new__ = lambda cls, *args, **kwargs: object.__new__(cls)
sys.exit(main())
