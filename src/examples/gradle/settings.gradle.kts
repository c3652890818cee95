rootProject.name = "describe"
