"""OGC API Processes, part 1: synchronous processes over the published indicators.

figures    the published tables of indicators at one moment, and what is declared of them
inputs     inputs as they are described, and values checked against that description
execution  the body of an execution
process    what every process has in common
profile    the profile of places
ranking    places in the order of an indicator
offer      which processes are offered
openapi    their operations, for the OpenAPI document
errors     what can be wrong with an execution
"""
